"""How to tell which cause it is: what a page says to look at says yes on that cause's reproduction and no on another's."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import perf_counter

import asyncpg
import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.database.running import running_url

NAME = "poolschool_telling_apart"
pytestmark = pytest.mark.usefixtures("collect")
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'poolschool_telling_apart'"
IDLE = SESSIONS + " AND state = 'idle in transaction'"


def engine_of(size: int = 1) -> Engine:
    """Make an engine of so many connections, which does not wait."""
    options = {"pool_size": size, "max_overflow": 0, "pool_timeout": 0.1}
    return create_engine(running_url(), connect_args={"application_name": NAME}, **options)


def asked(query: str) -> int:
    """Ask the server from outside."""
    with create_engine(running_url(), poolclass=NullPool).connect() as console:
        return int(console.scalar(text(query)))


def limit_reached(engine: Engine) -> bool:
    """Tell whether a connection cannot be had."""
    try:
        engine.connect().close()
    except PoolTimeout:
        return True
    return False


def test_queue_pool_limit_by_a_leak_or_by_slow_requests() -> None:
    """The number in use stays when the traffic stops, or comes down with it; so do the sessions idle in transaction."""
    leaky, slow = engine_of(), engine_of()
    kept = leaky.connect()
    kept.execute(text("SELECT 1"))
    assert limit_reached(leaky)
    assert (leaky.pool.checkedout(), asked(IDLE)) == (1, 1)  # type: ignore[attr-defined]
    kept.close()

    go_on = Event()

    def report() -> None:
        with slow.connect() as connection:
            connection.execute(text("SELECT 1"))
            go_on.wait(10)

    request = Thread(target=report)
    request.start()
    while slow.pool.checkedout() == 0:  # type: ignore[attr-defined]
        pass
    assert limit_reached(slow)
    go_on.set()
    request.join()
    assert (slow.pool.checkedout(), asked(IDLE)) == (0, 0)  # type: ignore[attr-defined]
    for engine in (leaky, slow):
        engine.dispose()


def test_too_many_sessions_by_engines_or_by_one_pool() -> None:
    """An engine for each request has more sessions than one pool may open, and they grow with the requests."""
    one = engine_of(size=2)
    for _ in range(5):
        with one.connect() as connection:
            connection.execute(text("SELECT 1"))
    assert asked(SESSIONS) <= 2
    one.dispose()
    engines = [engine_of(size=2) for _ in range(5)]
    for engine in engines:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    assert asked(SESSIONS) == 5
    for engine in engines:
        engine.dispose()


def failing(work: Callable[[], object]) -> float:
    """Give after how many seconds SQLite says that it is locked."""
    began = perf_counter()
    with pytest.raises(OperationalError, match="database is locked"):
        work()
    return perf_counter() - began


def test_database_locked_after_waiting_or_at_once(tmp_path: object) -> None:
    """Somebody else's open write is waited for; two that read first and then want to write get it without any wait."""
    engine = create_engine(f"sqlite:///{tmp_path}/store.db", connect_args={"timeout": 1.0})
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode = WAL"))
        connection.execute(text("CREATE TABLE stock (lamps)"))
        connection.execute(text("INSERT INTO stock VALUES (7)"))
    with engine.connect() as writer, engine.connect() as other:
        writer.execute(text("UPDATE stock SET lamps = 6"))
        assert failing(lambda: other.execute(text("UPDATE stock SET lamps = 5"))) >= 0.9
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.exec_driver_sql("BEGIN")
            connection.execute(text("SELECT lamps FROM stock")).all()
        first.execute(text("UPDATE stock SET lamps = 6"))
        first.commit()
        assert failing(lambda: second.execute(text("UPDATE stock SET lamps = 5"))) < 0.5
    engine.dispose()


def test_another_operation_in_the_first_loop_or_in_the_second() -> None:
    """A shared connection fails in the loop that made it; one of another loop fails in the second run only."""
    url = running_url().replace("+psycopg", "")

    async def use(connection: asyncpg.Connection, times: int) -> list[object]:
        return await asyncio.gather(*(connection.execute("SELECT 1") for _ in range(times)), return_exceptions=True)

    async def shared() -> list[object]:
        connection = await asyncpg.connect(url)
        said = await use(connection, 2)
        await connection.close()
        return said

    assert any(isinstance(one, asyncpg.InterfaceError) for one in asyncio.run(shared()))

    async def alone() -> tuple[asyncpg.Connection, list[object]]:
        connection = await asyncpg.connect(url)
        return connection, await use(connection, 1)

    connection, said = asyncio.run(alone())
    assert said == ["SELECT 1"]
    assert all(isinstance(one, Exception) for one in asyncio.run(use(connection, 1)))
    with suppress(RuntimeError):  # its loop is closed
        connection.terminate()
