"""What the lesson on the async engine says beyond its fences and proofs is so, on both async drivers."""

import asyncio
import gc
import logging
import threading
import warnings
from pathlib import Path

import pytest
from sqlalchemy import URL, ForeignKey, event, make_url, select, text
from sqlalchemy.exc import MissingGreenlet, SAWarning, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload

from poolschool.database.running import running_url

EACH_DRIVER = pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Order(Base):
    """What a shopper ordered."""

    __tablename__ = "orders_of_a_claim"
    number: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    """One product of an order."""

    __tablename__ = "lines_of_a_claim"
    number: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column(ForeignKey("orders_of_a_claim.number"))


def url(driver: str) -> URL:
    """Give the address of the running PostgreSQL for an async driver."""
    return make_url(running_url()).set(drivername=f"postgresql+{driver}")


@EACH_DRIVER
def test_a_forgotten_async_connection_is_thrown_away_with_a_warning(
    driver: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The collector frees the place in the pool, warns, and the next borrower opens another connection."""

    async def main() -> tuple[int, int]:
        engine = create_async_engine(url(driver), pool_size=1, max_overflow=0)
        opened: list[int] = []
        event.listen(engine.sync_engine, "connect", lambda *_: opened.append(1))

        async def forget() -> None:
            connection = await engine.connect()
            await connection.execute(text("SELECT 1"))

        await forget()
        with caplog.at_level(logging.ERROR), warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            gc.collect()
            await asyncio.sleep(0)
        kinds = [one.category for one in said if "clean up non-checked-in connection" in str(one.message)]
        assert kinds == [SAWarning]
        assert "The garbage collector is trying to clean up non-checked-in connection" in caplog.text
        free = engine.pool.checkedout()  # type: ignore[attr-defined]
        async with engine.connect():
            pass
        await engine.dispose()
        return free, len(opened)

    assert asyncio.run(main()) == (0, 2)


def test_psycopg_survives_a_second_loop_until_somebody_waits() -> None:
    """A connection of psycopg serves another event loop; the pool's queue does not, once somebody has waited in it."""
    engine = create_async_engine(url("psycopg"), pool_size=1, max_overflow=0)

    async def alone() -> int | None:
        async with engine.connect() as connection:
            return await connection.scalar(text("SELECT 7"))

    async def two() -> list[object]:
        return list(await asyncio.gather(alone(), alone(), return_exceptions=True))

    async def last() -> list[object]:
        ends = await two()
        await engine.dispose()
        return ends

    assert [asyncio.run(alone()) for _ in range(2)] == [7, 7]
    assert asyncio.run(two()) == [7, 7]
    first, second = asyncio.run(last())
    assert first == 7
    assert isinstance(second, RuntimeError)
    assert "is bound to a different event loop" in str(second)


@EACH_DRIVER
def test_cancelled_while_connecting_the_place_in_the_pool_is_free(driver: str) -> None:
    """Whoever is cancelled while the pool opens a connection leaves a free place, and the next one opens its own."""

    async def main() -> None:
        engine = create_async_engine(url(driver), pool_size=1, max_overflow=0, pool_timeout=5)
        silent, asked = True, asyncio.Event()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            asked.set()
            await reader.read()
            writer.close()

        async def ask() -> int | None:
            async with engine.connect() as connection:
                return await connection.scalar(text("SELECT 7"))

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]

            @event.listens_for(engine.sync_engine, "do_connect")
            def go_astray(_: object, __: object, ___: object, where: dict[str, object]) -> None:
                if silent:
                    where.update(host="127.0.0.1", port=port)

            first = asyncio.create_task(ask())
            await asyncio.wait_for(asked.wait(), 5)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
            silent = False
            assert await ask() == 7
            del first
            gc.collect()  # psycopg closes its socket only then
        await engine.dispose()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # psycopg's, of the attempt that it gave up
        asyncio.run(main())


async def make_store(engine: AsyncEngine) -> None:
    """Make a store with one order of two lines."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(Order(number=1, lines=[Line(number=1), Line(number=2)]))
        await session.commit()


@EACH_DRIVER
def test_a_relationship_is_loaded_in_the_query_or_not_at_all(driver: str) -> None:
    """Reading `order.lines` raises MissingGreenlet, often in a StatementError; run_sync, selectinload and joinedload load them."""

    async def main() -> None:
        engine = create_async_engine(url(driver))
        await make_store(engine)
        async with AsyncSession(engine) as session:
            order = await session.get_one(Order, 1)
            with pytest.raises((MissingGreenlet, StatementError), match="greenlet_spawn has not been called"):
                _ = order.lines
            assert len(await session.run_sync(lambda _: order.lines)) == 2
        for load in (selectinload, joinedload):
            async with AsyncSession(engine) as session:
                found = await session.scalars(select(Order).options(load(Order.lines)))
                assert len(found.unique().one().lines) == 2
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
        await engine.dispose()

    asyncio.run(main())


def test_a_forgotten_async_connection_is_detached_and_never_checked_in(tmp_path: Path) -> None:
    """A detector that hears of checkins only lists it for ever: the collector's return is told as `detach`."""
    heard: list[str] = []

    async def forget(engine: AsyncEngine) -> None:
        connection = await engine.connect()
        await connection.execute(text("SELECT 1"))

    async def main() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/claims.db")
        for name in ("checkin", "detach"):
            event.listen(engine.sync_engine, name, lambda *_, name=name: heard.append(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            await forget(engine)
            gc.collect()
        await engine.dispose()
        while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):
            await asyncio.sleep(0.01)  # aiosqlite's thread has a last word for this loop

    asyncio.run(main())
    assert heard == ["detach"]
