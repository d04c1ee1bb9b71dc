"""The answer key of `async_engine`, executed: one proof per question, on the real libraries and both async drivers."""

import asyncio
import contextlib
import gc
import re
import time
import warnings
from collections import Counter

import asyncpg
import psycopg
import pytest
import sqlalchemy
from sqlalchemy import (
    AsyncAdaptedQueuePool,
    ForeignKey,
    NullPool,
    QueuePool,
    create_engine,
    event,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InvalidRequestError,
    MissingGreenlet,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.orm.exc import DetachedInstanceError

DRIVERS = ("psycopg", "asyncpg")
SENT = 0.1  # seconds in which the server has begun a query: psycopg asks it to end, which it cannot before


def async_url(postgres_url, driver):
    """Give the address of the same PostgreSQL for another driver."""
    return make_url(postgres_url).set(drivername=f"postgresql+{driver}")


def counted(engine):
    """Count what the pool of an async engine does from now on."""
    seen = Counter()
    for name in ("connect", "close", "checkout", "checkin"):
        event.listen(engine.sync_engine, name, lambda *_, name=name: seen.update([name]))
    return seen


def stand_still(requests, timeout, borrow):
    """Send requests that borrow and then await; tell who failed, how long each waited and how many pings came meanwhile."""

    async def main():
        pings, waits = 0, []

        async def request():
            before, start = pings, time.monotonic()
            try:
                await borrow(engine)
            except PoolTimeout:
                waits.append((time.monotonic() - start, pings - before))

        async def ping():
            nonlocal pings
            while True:
                await asyncio.sleep(0)
                pings += 1

        other = asyncio.create_task(ping())
        await asyncio.gather(*(request() for _ in range(requests)))
        other.cancel()
        return waits

    engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=10, pool_timeout=timeout)
    try:
        return asyncio.run(main())
    finally:
        engine.dispose()


def test_how_long_frozen():
    """Each of the five too many waits its whole time-out, alone, without a ping; in threads nobody fails."""

    async def held_across_an_await(engine):
        with engine.connect() as connection:
            connection.execute(text("SELECT 120"))
            await asyncio.sleep(0.02)

    for requests, too_many in ((15, 0), (16, 1), (20, 5)):
        waits = stand_still(requests, 0.05, held_across_an_await)
        assert len(waits) == too_many
        assert all(seconds >= 0.05 and not pings for seconds, pings in waits)

    async def in_a_thread(engine):
        def query():
            with engine.connect() as connection:
                time.sleep(0.001)
                return connection.scalar(text("SELECT 120"))

        await asyncio.to_thread(query)

    assert stand_still(20, 5, in_a_thread) == []


def test_who_runs_meanwhile():
    """Two tasks of a sync engine run one after the other; with an async engine both ask before one has it."""
    slow = text("""WITH RECURSIVE n(i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)
        SELECT count(*) FROM n""")
    engine, async_engine, said = (
        create_engine("sqlite:///store.db"),
        create_async_engine("sqlite+aiosqlite:///store.db"),
        [],
    )

    async def ask(number):
        said.append(f"{number} asks")
        with engine.connect() as connection:
            connection.execute(slow)
        said.append(f"{number} has it")

    async def ask_async(number):
        said.append(f"{number} asks")
        async with async_engine.connect() as connection:
            await connection.execute(slow)
        said.append(f"{number} has it")

    async def main():
        await asyncio.gather(ask(1), ask(2))
        await asyncio.gather(ask_async(1), ask_async(2))
        await async_engine.dispose()

    asyncio.run(main())
    assert said[:4] == ["1 asks", "1 has it", "2 asks", "2 has it"]
    assert said[4:6] == ["1 asks", "2 asks"]
    assert engine.pool.checkedin() == 1  # two were allowed, and one was opened
    engine.dispose()


@pytest.mark.parametrize("driver", DRIVERS)
def test_gather_on_a_session(postgres_url, driver):
    """Only while the connection is made ready does a shared session complain: opened for the first visitor, or pinged."""

    async def overview(engine):
        async with AsyncSession(engine) as session:
            products, orders = await asyncio.gather(session.scalar(text("SELECT 7")), session.scalar(text("SELECT 8")))
        return products, orders

    async def visit(after_another_page, **settings):
        engine = create_async_engine(async_url(postgres_url, driver), **settings)
        if after_another_page:
            async with engine.connect():
                pass
        before = asyncio.all_tasks()
        try:
            return await overview(engine)
        except InvalidRequestError as error:  # an IllegalStateChangeError is one too
            return f"{error}\n{error.__context__}"
        finally:
            await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the connection that the visit has lost
                gc.collect()
            await engine.dispose()

    text_of = "This session is provisioning a new connection; concurrent operations are not permitted"
    first = asyncio.run(visit(after_another_page=False))
    assert text_of in first
    assert "isce" in first
    assert first.startswith("Method 'close()' can't be called here")
    assert asyncio.run(visit(after_another_page=True)) == (7, 8)
    assert asyncio.run(visit(after_another_page=True, pool_size=1)) == (7, 8)  # not too small
    for settings in ({"poolclass": NullPool}, {"pool_pre_ping": True}):
        assert text_of in asyncio.run(visit(after_another_page=True, **settings))

    async def commit_meanwhile():
        engine = create_async_engine(async_url(postgres_url, driver))
        async with AsyncSession(engine) as session:
            await session.execute(text("SELECT 1"))
            slow = session.execute(text("SELECT pg_sleep(0.05)"))
            ends = await asyncio.gather(slow, session.commit(), return_exceptions=True)
        await engine.dispose()
        return ends

    with contextlib.suppress(SQLAlchemyError):  # asyncpg's session cannot even be closed then
        ends = asyncio.run(commit_meanwhile())
        said = " ".join(str(end) for end in ends)
        assert ("another operation is in progress" in said) == (driver == "asyncpg")


class Base(AsyncAttrs, DeclarativeBase):
    """What the store keeps as objects."""


class Order(Base):
    """What a shopper ordered."""

    __tablename__ = "orders_of_a_proof"
    number: Mapped[int] = mapped_column(primary_key=True)
    shopper: Mapped[str]
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    """One product of an order."""

    __tablename__ = "lines_of_a_proof"
    number: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[int] = mapped_column(ForeignKey(Order.number))


def missing_greenlet():
    """Give the text of a MissingGreenlet: 2.1 has renamed the function that it names."""
    function = "await_only()" if sqlalchemy.__version__.startswith("2.0.") else "await_()"
    return f"greenlet_spawn has not been called; can't call {function} here. Was IO attempted in an unexpected place?"


@pytest.mark.parametrize("driver", DRIVERS)
def test_number_after_commit(postgres_url, driver):
    """After a commit the attribute raises MissingGreenlet, though the order is saved; kept or refreshed, it answers.

    A refresh of the order loads its columns; its lines are loaded by name, or awaited as an attribute.
    """

    async def place(engine, refresh=False, outside=False, **settings):
        async with AsyncSession(engine, **settings) as session:
            session.add(order := Order(shopper="ann"))
            await session.commit()
            if refresh:
                await session.refresh(order)
            if not outside:
                return order.number
        return order.number

    async def main():
        engine = create_async_engine(async_url(postgres_url, driver))
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
            await connection.run_sync(Base.metadata.create_all)
        with pytest.raises((MissingGreenlet, StatementError), match=re.escape(missing_greenlet())):
            await place(engine)
        with pytest.raises(DetachedInstanceError):
            await place(engine, outside=True)
        assert await place(engine, expire_on_commit=False) == 3  # the two before are saved
        assert await place(engine, refresh=True) == 4
        async with async_sessionmaker(engine)() as session:  # a session goes on after a commit
            await session.commit()
            assert len((await session.scalars(select(Order.number))).all()) == 4
            for load_lines in (
                lambda order: session.refresh(order, ["lines"]),
                lambda order: order.awaitable_attrs.lines,
            ):
                session.expire(order := await session.get(Order, 4))
                await session.refresh(order)
                with pytest.raises((MissingGreenlet, StatementError), match=re.escape(missing_greenlet())):
                    order.lines  # noqa: B018
                await load_lines(order)
                assert order.lines == []
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
        await engine.dispose()

    asyncio.run(main())


async def search_and_limit(engine, limit, times, seconds=5):
    """Open so many connections, then let so many searches run into a limit; count what the pool does meanwhile.

    A limit is a function of the search and of an event, which is set when all queries are under way.
    """
    under_way, all_under_way = [], asyncio.Event()

    def note(*_):
        under_way.append(1)
        if len(under_way) == times:
            all_under_way.set()

    async def search():
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_sleep({seconds})"))

    for connection in [await engine.connect() for _ in range(times)]:
        await connection.close()
    seen = counted(engine)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    ends = await asyncio.gather(*(limit(search(), all_under_way) for _ in range(times)), return_exceptions=True)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    return seen, ends


async def by_wait_for(search, all_under_way):
    """Cancel a search as `wait_for` does, when its query is under way."""
    query = asyncio.create_task(search)
    await all_under_way.wait()
    await asyncio.wait_for(query, SENT)


async def by_timeout(search, all_under_way):
    """Cancel a search as a time-out of its block does, when its query is under way."""
    async with asyncio.timeout(None) as timer:
        query = asyncio.create_task(search)
        await all_under_way.wait()
        timer.reschedule(asyncio.get_running_loop().time() + SENT)
        await query


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_slow_minute(postgres_url, driver):
    """Twenty cancelled queries, four at a time, close twenty connections."""

    async def main():
        engine = create_async_engine(async_url(postgres_url, driver), pool_size=5)
        lost = 0
        for _ in range(5):
            seen, ends = await search_and_limit(engine, by_timeout, 4)
            assert [type(end) for end in ends] == [TimeoutError] * 4
            lost += seen["close"]
        assert engine.pool.checkedin() == 4  # records, with nothing open behind them
        await engine.dispose()
        return lost

    assert asyncio.run(main()) == 20

    async def without_sqlalchemy():
        url = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
        if driver == "asyncpg":
            connection = await asyncpg.connect(url)
        else:
            connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.execute("SELECT pg_sleep(5)"), SENT)
        await connection.execute("SELECT 1")  # the driver has stopped the query, and would go on
        await connection.close()

    asyncio.run(without_sqlalchemy())


@pytest.mark.parametrize("driver", DRIVERS)
def test_keeps_its_connections(postgres_url, driver):
    """What cancels a running query closes its connection; the server's limit, the pool's, and mere waiting close none."""
    url = async_url(postgres_url, driver)
    server = (
        {"server_settings": {"statement_timeout": "50"}}
        if driver == "asyncpg"
        else {"options": "-c statement_timeout=50"}
    )

    async def wait_only(search, all_under_way):
        query = asyncio.create_task(search)
        await all_under_way.wait()
        _, left = await asyncio.wait([query], timeout=0.01)
        await query
        return bool(left)

    async def as_it_is(search, _):
        await search

    async def main():
        engine, limited = create_async_engine(url), create_async_engine(url, connect_args=server)
        for limit in (by_timeout, by_wait_for):
            seen, _ = await search_and_limit(engine, limit, 3)
            assert seen["close"] == 3
        seen, ends = await search_and_limit(engine, wait_only, 3, seconds=0.6)
        assert (seen["close"], ends) == (0, [True] * 3)
        seen, ends = await search_and_limit(limited, as_it_is, 3)
        assert seen["close"] == 0
        assert all(isinstance(end, DBAPIError) and "statement timeout" in str(end) for end in ends)
        await engine.dispose()
        await limited.dispose()

        full = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.05)
        async with full.connect():
            seen = counted(full)
            with pytest.raises(PoolTimeout, match="QueuePool limit of size 1 overflow 0 reached"):
                await full.connect()
            full.pool._timeout = 30
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await full.connect()
            assert not seen
        assert full.pool.checkedin() == 1
        await full.dispose()

    asyncio.run(main())


def test_second_loop(postgres_url):
    """A connection of another loop is refused by asyncpg; disposed of at the end of each, the engine serves both."""

    async def ask(engine, dispose):
        try:
            async with engine.connect() as connection:
                return await connection.scalar(text("SELECT 7"))
        finally:
            if dispose:
                await engine.dispose()

    url = async_url(postgres_url, "asyncpg")
    engine = create_async_engine(url)
    assert [asyncio.run(ask(engine, dispose=True)) for _ in range(2)] == [7, 7]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nobody can close what belongs to a loop that has ended
        assert asyncio.run(ask(engine, dispose=False)) == 7
        with pytest.raises((RuntimeError, SQLAlchemyError), match="attached to a different loop"):
            asyncio.run(ask(engine, dispose=False))
        engine.sync_engine.dispose(close=False)
        del engine
        gc.collect()


def test_true_of_an_async_pool(postgres_url):
    """Fifteen and no more, with the text of a QueuePool, which is refused itself; what the collector finds is not reused."""
    with pytest.raises(ArgumentError, match=r"Pool class QueuePool cannot be used with asyncio engine.*pcls"):
        create_async_engine("sqlite+aiosqlite:///store.db", poolclass=QueuePool)

    async def main():
        engine = create_async_engine("sqlite+aiosqlite:///store.db")
        assert type(engine.pool) is AsyncAdaptedQueuePool
        engine.pool._timeout = 0  # all else as by default
        borrowed = [await engine.connect() for _ in range(15)]
        with pytest.raises(PoolTimeout, match="QueuePool limit of size 5 overflow 10 reached"):
            await engine.connect()
        for connection in borrowed:
            await connection.close()
        await engine.dispose()

        engine = create_async_engine(async_url(postgres_url, "psycopg"), pool_size=1, max_overflow=0)
        seen = counted(engine)

        async def forget():
            connection = await engine.connect()
            await connection.execute(text("SELECT 1"))

        await forget()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's and the driver's, of what is thrown away
            gc.collect()
        async with engine.connect():
            pass
        await engine.dispose()
        return seen["connect"]

    assert asyncio.run(main()) == 2
