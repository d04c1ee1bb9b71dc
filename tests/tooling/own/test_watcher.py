"""A watch tells who holds which connection, of real engines of every kind, and holds on to none of them."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, QueuePool, SingletonThreadPool, StaticPool, create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from poolschool.own import Watch, watch
from poolschool.own.metrics import PREFIX

HERE = Path(__file__).name


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a new database."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def engine(url: str) -> Engine:
    """Make an engine of two connections."""
    return create_engine(url, pool_size=2, max_overflow=0, pool_timeout=0.05)


def functions(watched: Watch) -> list[str]:
    """Name the functions that hold a connection."""
    return [holder.function.rpartition(".")[2] for holder in watched.holders()]


def use_count(watched: Watch) -> int:
    """Count the uses that have ended."""
    return int(watched.metrics()[f"{PREFIX}use_time"].count)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_a_holder_is_told_by_line_and_function(engine: Engine) -> None:
    """The line is the one that took the connection, whichever way; returned in any order, the others stay."""
    watched = watch(engine)

    def by_connect() -> Any:
        return engine.connect()

    def by_session() -> Any:
        session = Session(engine)
        session.execute(text("SELECT 1"))
        return session

    first, second = by_connect(), by_session()
    assert functions(watched) == ["by_connect", "by_session"]
    line = by_connect.__code__.co_firstlineno + 1
    [oldest, _] = watched.holders()
    assert oldest.line.endswith(f"{HERE}:{line}")
    assert oldest.line.startswith("tests") or Path(oldest.line.rpartition(":")[0]).is_absolute()
    assert 0 <= oldest.seconds < 10
    assert oldest.endpoint == ""
    first.close()
    assert functions(watched) == ["by_session"]
    first = by_connect()
    assert functions(watched) == ["by_session", "by_connect"]
    second.close()
    assert functions(watched) == ["by_connect"]
    first.close()
    assert watched.holders() == []
    engine.dispose()


def test_a_connection_is_held_until_it_leaves_in_whatever_way(engine: Engine) -> None:
    """By invalidate, by detach, by the collector, by a listener that fails the checkout: nobody is left as its holder."""
    watched = watch(engine)
    with engine.connect() as lost:
        lost.invalidate()
        assert watched.holders() == []
    with engine.connect() as detached:
        detached.detach()
        assert watched.holders() == []
    leaked = engine.connect()
    leaked.execute(text("SELECT 1"))
    assert len(watched.holders()) == 1
    del leaked
    gc.collect()
    assert watched.holders() == []
    assert use_count(watched) == 3

    def refuse(*_: object) -> None:
        raise LookupError

    event.listen(engine, "checkout", refuse)
    with pytest.raises(LookupError):
        engine.connect()
    event.remove(engine, "checkout", refuse)
    assert watched.holders() == []
    engine.dispose()


def test_it_goes_on_after_dispose(engine: Engine) -> None:
    """Who holds a connection of the old pool is still told; the new pool is watched as well."""
    watched = watch(engine)
    kept = engine.connect()
    engine.dispose()
    with engine.connect():
        assert len(watched.holders()) == 2
    kept.close()
    assert watched.holders() == []
    engine.dispose()


def test_watching_twice_is_watching_once(engine: Engine) -> None:
    """A module that is read again gets the same watch, with its newest settings; nothing counts twice."""
    watched = watch(engine, name="store")
    again = watch(engine, warn_after=5, stacks=True)
    assert again is watched
    assert (again.name, again.warn_after) == ("store", 5)
    with engine.connect():
        assert len(watched.holders()) == 1
        assert len(watched.holders()[0].stack) > 1
    assert watched.metrics()[f"{PREFIX}wait_time"].count == 1
    assert watch(engine.execution_options(isolation_level="AUTOCOMMIT")) is watched  # it shares the pool
    engine.dispose()


def test_stopping_leaves_the_engine_as_it_was(engine: Engine) -> None:
    """Class and listeners are gone, also after dispose(); what was counted can still be read."""
    watched = watch(engine)
    engine.connect().close()
    engine.dispose()
    assert type(engine.pool) is not QueuePool
    watched.stop()
    assert type(engine.pool) is QueuePool
    with engine.connect():
        assert watched.holders() == []
    assert use_count(watched) == 1
    assert not any(event.contains(engine, what, listener) for what, listener in watched._listeners())
    assert watch(engine) is not watched
    engine.dispose()


def test_two_engines_are_told_apart(engine: Engine, tmp_path: Path) -> None:
    """Each watch knows its own engine; without a name it is called by address and database, never by user and password."""
    other = create_engine(f"sqlite:///{tmp_path / 'reports.db'}")
    orders, reports = watch(engine), watch(other)
    with other.connect():
        assert (len(orders.holders()), len(reports.holders())) == (0, 1)
        assert reports.holders()[0].pool == str(tmp_path / "reports.db")
    named = create_engine("postgresql+psycopg://ann:secret@db.example:5432/store")
    assert watch(named).name == "db.example:5432/store"
    assert watch(create_engine("sqlite://", pool_logging_name="tests")).name == "tests"
    engine.dispose(), other.dispose()


def test_what_is_no_engine_is_refused(engine: Engine) -> None:
    """The message names what was given."""
    with pytest.raises(TypeError, match="not Session"):
        watch(Session(engine))  # type: ignore[arg-type]
    for patience in (-1, "2"):
        with pytest.raises(ValueError, match="a number of seconds"):
            watch(engine, warn_after=patience)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="FastAPI or Starlette app, not dict"):
        watch(engine, {})
    assert type(engine.pool) is QueuePool


def test_a_connection_opened_before_is_known_when_it_is_taken(engine: Engine) -> None:
    """It is better to watch early; what was idle then is counted from its next checkout on."""
    engine.connect().close()
    watched = watch(engine)
    with engine.connect():
        assert functions(watched) == ["test_a_connection_opened_before_is_known_when_it_is_taken"]
        assert watched.metrics()[f"{PREFIX}count{{used}}"] == 1
    assert watched.metrics()[f"{PREFIX}count{{idle}}"] == 1
    engine.dispose()


@pytest.mark.parametrize("pool_class", [NullPool, StaticPool, SingletonThreadPool, QueuePool])
def test_every_pool_class(pool_class: Any, url: str) -> None:
    """Whatever the pool, its class keeps its name, and a holder is told until the connection is returned."""
    engine = create_engine(url, poolclass=pool_class)
    watched = watch(engine)
    assert type(engine.pool).__name__ == pool_class.__name__
    assert isinstance(engine.pool, pool_class)
    for _ in range(2):
        with engine.connect():
            assert functions(watched) == ["test_every_pool_class"]
        assert watched.holders() == []
    engine.dispose()


def test_nothing_is_held_on_to(url: str) -> None:
    """An engine that nobody uses any more goes, with its pool and its watch; a connection's own objects too."""
    engine = create_engine(url)
    watched = watch(engine, stacks=True)
    connection = engine.connect()
    gone = [weakref.ref(one) for one in (engine, engine.pool, connection, watched)]
    del connection
    gc.collect()
    assert gone[2]() is None
    engine.dispose()
    del engine, watched
    gc.collect()
    assert [one() for one in gone] == [None] * 4


def test_a_caller_without_a_module(engine: Engine) -> None:
    """Code without a name, or with an odd one, takes its connection like any other."""
    watched = watch(engine)
    for names in ({}, {"__name__": None}, {"__name__": 7}):
        names["engine"] = engine
        exec(compile("taken = engine.connect()", "<rule>", "exec"), names)  # noqa: S102
        assert [holder.line for holder in watched.holders()] == ["<rule>:1"]
        names["taken"].close()
    engine.dispose()


def test_libraries_of_ones_own_are_looked_past(engine: Engine) -> None:
    """A module named in `libraries` is not the line; who called it is."""
    watched = watch(engine, libraries=["storage_kit"])
    names: dict[str, Any] = {"__name__": "storage_kit.sessions"}
    exec("def take(engine):\n    return engine.connect()", names)  # noqa: S102
    taken = names["take"](engine)
    assert functions(watched) == ["test_libraries_of_ones_own_are_looked_past"]
    taken.close()
    engine.dispose()


def test_an_async_engine(url: str) -> None:
    """The line is the coroutine's, in a task too; who is cancelled while waiting or working holds nothing afterwards."""

    async def play() -> None:
        engine = create_async_engine(
            url.replace("sqlite", "sqlite+aiosqlite"), pool_size=1, max_overflow=0, pool_timeout=5
        )
        watched = watch(engine)
        started = asyncio.Event()

        async def work() -> None:
            async with AsyncSession(engine) as session:
                await session.execute(text("SELECT 1"))
                started.set()
                await asyncio.sleep(60)

        async def wait() -> None:
            async with engine.connect():
                pass

        working = asyncio.create_task(work())
        await started.wait()
        assert functions(watched) == ["work"]
        waiting = asyncio.create_task(wait())
        while not watched.metrics()[f"{PREFIX}pending_requests"]:
            await asyncio.sleep(0.005)
        for task in (waiting, working):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert watched.holders() == []
        read = watched.metrics()
        assert [read[PREFIX + name] for name in ("pending_requests", "timeouts", "failed")] == [0, 0, 0]
        async with engine.connect():
            assert functions(watched) == ["play"]
        await engine.dispose()

    asyncio.run(asyncio.wait_for(play(), 30))


def test_who_holds_a_connection_of_postgresql() -> None:
    """The number of the server's process is told, by psycopg and asyncpg, so that pg_stat_activity can be asked for it."""
    from poolschool.database.running import running_url

    engine = create_engine(running_url())
    watched = watch(engine)
    with engine.connect() as connection:
        assert watched.holders()[0].process == connection.scalar(text("SELECT pg_backend_pid()"))
    engine.dispose()

    async def play(driver: str) -> None:
        engine = create_async_engine(running_url().replace("+psycopg", f"+{driver}"))
        watched = watch(engine)
        async with engine.connect() as connection:
            assert watched.holders()[0].process == await connection.scalar(text("SELECT pg_backend_pid()"))
        await engine.dispose()

    for driver in ("psycopg", "asyncpg"):
        asyncio.run(play(driver))


def test_a_warning_and_returned_after_all(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Each late connection is reported once, and its return if it was reported; a leak is never told as returned."""
    watch(engine, name="store", warn_after=0.05)

    def leak() -> Any:
        return engine.connect()

    def reported() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]

    leaked, slow = leak(), engine.connect()
    until(lambda: len(reported()) == 2)
    assert reported()[0].startswith("pool store: in use for 0.")
    assert reported()[0].endswith("leak")
    slow.close()
    assert reported()[2].startswith("pool store: returned after all, after 0.")
    assert reported()[2].endswith("test_a_warning_and_returned_after_all")
    leaked.detach()
    assert reported()[3].startswith("pool store: not returned, but left the pool after 0.")
    engine.connect().close()
    leaked.close()
    time.sleep(0.1)
    assert len(reported()) == 4
    engine.dispose()


def test_no_warning_where_none_is_wanted(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """With warn_after=None nobody patrols; what is set later holds from then on."""
    watched = watch(engine, warn_after=None)
    connection = engine.connect()
    assert watched._patrol is None
    watched.look()
    assert caplog.records == []
    watch(engine, warn_after=0.01)
    with suppress(PoolTimeout), engine.connect():
        until(lambda: len(caplog.records) == 2)
    connection.close()
    engine.dispose()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_begins_anew(engine: Engine) -> None:
    """After a fork the child tells and counts what it takes itself, and patrols; the parent's numbers stay."""
    watched = watch(engine, warn_after=0.02)
    held = engine.connect()
    until(lambda: watched._patrol is not None)
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            engine.dispose(close=False)
            nothing = not watched.holders() and not use_count(watched) and watched._patrol is None
            mine = engine.connect()
            mine_only = len(watched.holders()) == 1 and watched.metrics()[f"{PREFIX}count{{used}}"] == 1
            mine.close()
            held.close()  # the parent's: it is no use of ours
            code = 0 if nothing and mine_only and use_count(watched) == 1 and watched._patrol is not None else 2
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(watched.holders()) == 1
    held.close()
    assert use_count(watched) == 1
    engine.dispose()


LEAN = """
import sys
before = set(sys.modules)
import poolschool.own
assert "sqlalchemy" not in sys.modules, "the plugin would import it in every run of pytest"
from poolschool.own import pool_router, prometheus, watch
from sqlalchemy import create_engine
engine = create_engine("sqlite://")
watched = watch(engine)
with engine.connect():
    assert len(watched.holders()) == 1
    prometheus(watched)
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(tops - set(sys.stdlib_module_names)))
"""


def test_it_needs_nothing_but_sqlalchemy() -> None:
    """Watching imports the standard library and SQLAlchemy with what that needs; the page's Starlette only when it is made."""
    done = subprocess.run([sys.executable, "-I", "-c", LEAN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    parts = {name for name in done.stdout.split() if not name.startswith("_") and name != "cython_runtime"}
    assert parts <= {"poolschool", "sqlalchemy", "greenlet", "typing_extensions"}
