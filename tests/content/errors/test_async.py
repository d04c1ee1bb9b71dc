"""Async engines and event loops: each cause of their pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
import gc
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import asyncpg
import pytest
import sqlalchemy
import typing_extensions
from error_proofs.orders import Base, Order
from error_proofs.prove import Seen, also, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of, frames, logged, raised_by
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    NullPool,
    QueuePool,
    String,
    Table,
    create_engine,
    event,
    func,
    make_url,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, registry
from sqlalchemy.pool import AsyncAdaptedQueuePool

from poolschool.database.running import running_url

ONE = text("SELECT 1")


@pytest.mark.parametrize("page", pages("async"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


def url(driver: str = "asyncpg") -> str:
    """Give the address for a driver."""
    return make_url(running_url()).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)


async def ask(engine: AsyncEngine) -> None:
    """Use a connection as one should."""
    async with engine.connect() as connection:
        await connection.execute(ONE)


# missing_greenlet


def shop(main: Callable[[AsyncEngine, AsyncSession, Order], Coroutine[Any, Any, object]]) -> Seen:
    """Read an order with an AsyncSession, go on, and give the line of this file that fails."""

    async def inner() -> None:
        engine = create_async_engine("sqlite+aiosqlite:///errors.db")
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.drop_all)
                await connection.run_sync(Base.metadata.create_all)
            async with AsyncSession(engine) as session:
                session.add(Order(id=1, note="lamp"))
                await session.commit()
                session.expunge_all()
                await main(engine, session, await session.get_one(Order, 1))
        finally:
            await engine.dispose()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nobody can await what the driver was asked for
        error = raised_by(lambda: asyncio.run(inner()))
        said, line = str(error), [line for frame, line in frames(error) if frame.f_code.co_filename == __file__][-1]
        del error
        gc.collect()
    read = re.search(r"order\.(\w+)", line)
    return Seen(said=said, line=line, reads=read[1] if read else "")


@reproduces("missing_greenlet", "expired")
def expired() -> Seen:
    async def main(engine: AsyncEngine, session: AsyncSession, order: Order) -> None:
        await session.commit()
        assert order.note

    return shop(main)


@tells("missing_greenlet", "expired", "the line reads a plain column")
def reads_a_column(seen: Seen) -> bool:
    return seen.reads in Order.__mapper__.columns


@reproduces("missing_greenlet", "lazy")
def not_loaded() -> Seen:
    async def main(engine: AsyncEngine, session: AsyncSession, order: Order) -> None:
        assert order.lines

    return shop(main)


@tells("missing_greenlet", "lazy", "the line reads a relationship")
def reads_a_relationship(seen: Seen) -> bool:
    return seen.reads in Order.__mapper__.relationships


@reproduces("missing_greenlet", "sync_call")
def sync_engine() -> Seen:
    async def main(engine: AsyncEngine, session: AsyncSession, order: Order) -> None:
        Session(engine.sync_engine).execute(ONE)

    return shop(main)


@tells("missing_greenlet", "sync_call", "the line has sync_engine, sync_session or a Session in it")
def line_is_sync(seen: Seen) -> bool:
    return re.search(r"\b(sync_engine|sync_session|Session)\b", seen.line) is not None


def test_what_the_database_sets_is_refreshed(tmp_path: Path) -> None:
    """As the page's cure says: expire_on_commit=False does not keep a column with onupdate=func.now()."""
    table = Table("notes", MetaData(), Column("id", primary_key=True, type_=Integer), Column("note", String),
                  Column("at", String, onupdate=func.now()))  # fmt: skip
    note = type("Note", (), {})
    registry().map_imperatively(note, table)

    async def main() -> tuple[str, str]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/notes.db")
        async with engine.begin() as connection:
            await connection.run_sync(table.metadata.create_all)
            await connection.execute(table.insert().values(id=1, note="old"))
        async with AsyncSession(engine, expire_on_commit=False) as session:
            row: Any = await session.get_one(note, 1)
            row.note = "new"
            await session.commit()
            assert row.note == "new"
            said = error_of(lambda: row.at)
            await session.refresh(row)
        await engine.dispose()
        return said, row.at

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nobody can await what the driver was asked for
        said, at = asyncio.run(main())
        gc.collect()
    assert "greenlet_spawn has not been called" in said
    assert at


# non_checked_in


def forgotten(main: Callable[[AsyncEngine], Coroutine[Any, Any, object]], driver: str = "asyncpg") -> str:
    """Run a request, let the collector look for what it left behind, and give what the pool logs."""

    async def inner() -> None:
        engine = create_async_engine(url(driver))
        await ask(engine)
        await main(engine)
        gc.collect()
        await engine.dispose()

    with logged("sqlalchemy.pool") as log, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(inner())
    return "\n".join(log)


@reproduces("non_checked_in", "no_block")
def no_block() -> Seen:
    async def request(engine: AsyncEngine) -> None:
        connection = await engine.connect()
        await connection.execute(ONE)

    return Seen(said=forgotten(request))


@healthy("non_checked_in")
def cancelled_in_its_block() -> Seen:
    """Show why the second cause is exempt: today's libraries return what a cancelled request has, wherever it is cancelled."""

    async def in_a_query(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(10)"))

    async def between_queries(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session, session.begin():
            await session.execute(ONE)
            await asyncio.sleep(10)

    async def while_closing(engine: AsyncEngine) -> None:
        session = AsyncSession(engine)
        try:
            await session.execute(ONE)
            await asyncio.sleep(10)
        finally:
            await session.close()

    def cancelled(
        request: Callable[[AsyncEngine], Coroutine[Any, Any, None]],
    ) -> Callable[[AsyncEngine], Coroutine[Any, Any, None]]:
        async def main(engine: AsyncEngine) -> None:
            with anyio.move_on_after(0.05):  # it cancels at each await again, as Starlette's middleware does
                await request(engine)
            await ask(engine)

        return main

    ways = (in_a_query, between_queries, while_closing)
    return Seen(said="".join(forgotten(cancelled(way), driver) for way in ways for driver in ("asyncpg", "psycopg")))


@tells("non_checked_in", "no_block", "the code calls connect() or makes an AsyncSession without async with")
def without_async_with(seen: Seen) -> bool:
    return re.search(r"= await engine\.connect\(\)", seen.code) is not None and "async with" not in seen.code


# another_operation


def operation(in_loops: Callable[[asyncpg.Connection], list[Coroutine[Any, Any, object]]], loops: int) -> Seen:
    """Open a connection in the first event loop, use it there and in the others; give what each loop says."""
    kept: list[asyncpg.Connection] = []
    said: list[list[str]] = []

    async def main() -> None:
        if not kept:
            kept.append(await asyncpg.connect(running_url().replace("+psycopg", "")))
        done = await asyncio.gather(*in_loops(kept[0]), return_exceptions=True)
        said.append([str(one) for one in done if isinstance(one, Exception)])
        if loops == 1:
            await kept[0].close()

    for _ in range(loops):
        asyncio.run(main())
    if loops > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            error_of(kept[0].terminate)  # its loop is closed
            kept.clear()
            gc.collect()  # and nobody else shall hear of its socket
    return Seen(said=said[-1][-1], said_in=said)


@reproduces("another_operation", "shared")
def shared() -> Seen:
    return operation(lambda connection: [connection.execute("SELECT 1"), connection.execute("SELECT 1")], 1)


@tells("another_operation", "shared", "it comes in the first event loop")
def in_the_first_loop(seen: Seen) -> bool:
    return bool(seen.said_in[0])


@reproduces("another_operation", "loop")
def second_loop() -> Seen:
    async def twice(connection: asyncpg.Connection) -> None:
        for last in (False, True):
            try:
                await connection.execute("SELECT 1")
            except RuntimeError:
                if last:
                    raise

    return operation(lambda connection: [twice(connection)], 2)


@tells("another_operation", "loop", "it comes in the second test, or after asyncio.run()")
def in_the_second_loop(seen: Seen) -> bool:
    return not seen.said_in[0] and bool(seen.said_in[1])


# different_loop

TESTS = """
import os
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(os.environ["STORE"])


async def ask():
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))


async def test_one():
    await ask()


async def test_two():
    await ask()
"""
JOBS = """
import asyncio
from test_store import ask

asyncio.run(ask())
asyncio.run(ask())
"""


def program(*command: str) -> Seen:
    """Run tests, or a script, of a store with one engine; give what is printed."""
    Path("test_store.py").write_text(TESTS)
    Path("jobs.py").write_text(JOBS)
    done = subprocess.run(
        [sys.executable, *command], env=os.environ | {"STORE": url()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    printed = done.stdout + done.stderr
    said = re.findall(r"RuntimeError: (.*attached to a different loop)", printed)
    return Seen(said=said[0] if said else printed, printed=printed)


@reproduces("different_loop", "tests")
def a_loop_for_each_test() -> Seen:
    return program(
        "-m", "pytest", "-p", "no:poolschool", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "test_store.py"
    )


@tells("different_loop", "tests", "it comes with the second test")
def comes_with_the_second_test(seen: Seen) -> bool:
    return "1 failed, 1 passed" in seen.printed and "FAILED test_store.py::test_two" in seen.printed


@reproduces("different_loop", "run_twice")
def a_loop_for_each_job() -> Seen:
    return program("jobs.py")


@tells("different_loop", "run_twice", "the traceback begins at asyncio.run() in a script or a worker")
def begins_at_run(seen: Seen) -> bool:
    return re.search(r'File ".*jobs\.py", line \d+, in <module>\n +asyncio\.run\(', seen.printed) is not None


@also("different_loop")
def waited_in_another_loop() -> str:
    engine = create_async_engine(url("psycopg"), pool_size=1, max_overflow=0)

    async def two() -> list[object]:
        return list(await asyncio.gather(ask(engine), ask(engine), return_exceptions=True))

    async def last() -> list[object]:
        ends = await two()
        await engine.dispose()
        return ends

    asyncio.run(two())
    return str(asyncio.run(last())[1])


# event_loop_closed


def at_the_end(disposes: bool) -> Seen:
    """Use an engine in a loop that ends, and dispose of it there or afterwards; give what the pool logs."""
    engine = create_async_engine(url())

    async def main() -> None:
        await ask(engine)
        if disposes:
            await engine.dispose()

    with logged("sqlalchemy.pool") as log:
        asyncio.run(main())
        asyncio.run(engine.dispose())
    last = log[0].splitlines()[-1] if log else ""
    return Seen(said=last.partition("RuntimeError: ")[2], log=log)


@reproduces("event_loop_closed", "not_disposed")
def outlives_its_loop() -> Seen:
    return at_the_end(disposes=False)


@healthy("event_loop_closed")
def disposed_of_in_its_loop() -> Seen:
    return at_the_end(disposes=True)


@tells("event_loop_closed", "not_disposed", "Exception closing connection or Exception terminating connection")
def closing_fails(seen: Seen) -> bool:
    return any(
        line.startswith(("Exception closing connection", "Exception terminating connection")) for line in seen.log
    )


# pool_class


@reproduces("pool_class", "named")
def sync_pool_for_async() -> Seen:
    return Seen(said=error_of(lambda: create_async_engine(url(), poolclass=QueuePool)))


@healthy("pool_class")
def pools_that_fit() -> Seen:
    create_async_engine(url(), poolclass=AsyncAdaptedQueuePool)
    create_async_engine(url(), poolclass=NullPool)
    create_engine(running_url(), poolclass=QueuePool)
    return Seen(said="")


@tells(
    "pool_class",
    "named",
    "poolclass=QueuePool stands beside create_async_engine, or poolclass=AsyncAdaptedQueuePool beside create_engine",
)
def names_the_other_kind(seen: Seen) -> bool:
    return (
        re.search(
            r"create_async_engine\(.*poolclass=QueuePool|create_engine\(.*poolclass=AsyncAdaptedQueuePool", seen.code
        )
        is not None
    )


@also("pool_class")
def async_pool_for_sync() -> str:
    return error_of(lambda: create_engine(running_url(), poolclass=AsyncAdaptedQueuePool))


# needs_async_driver


@reproduces("needs_async_driver", "url")
def sync_driver() -> Seen:
    return Seen(said=error_of(lambda: create_async_engine("sqlite:///errors.db")))


@healthy("needs_async_driver")
def async_driver() -> Seen:
    for driver in ("asyncpg", "psycopg"):
        create_async_engine(url(driver))
    return Seen(said="")


@tells("needs_async_driver", "url", "the text names the driver", "pysqlite", "sqlite://")
def driver_is_sync(seen: Seen) -> bool:
    return any(f"The loaded '{driver}'" in seen.said for driver in ("psycopg2", "pysqlite"))


# greenlet_missing

INSTALLED = """
import importlib.metadata as parts, json
try:
    import sqlalchemy.ext.asyncio
    said = ""
except Exception as error:
    said = str(error)
print(json.dumps([said, [part.name for part in parts.distributions(name="greenlet")]]))
"""


def environment(*folders: Path) -> Seen:
    """Import SQLAlchemy's async side in a Python that has only these folders; give the error, and what is installed of greenlet."""
    command, path = [sys.executable, "-S", "-c", INSTALLED], os.pathsep.join(map(str, folders))
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True)
    said, found = json.loads(done.stdout)
    return Seen(said=said, found=found)


@reproduces("greenlet_missing", "extra")
def without_greenlet(tmp_path: Path) -> Seen:
    for part in (Path(sqlalchemy.__file__).parent, Path(typing_extensions.__file__)):
        (tmp_path / part.name).symlink_to(part)
    return environment(tmp_path)


@healthy("greenlet_missing")
def with_greenlet() -> Seen:
    return environment(Path(sqlalchemy.__file__).parents[1])


@tells("greenlet_missing", "extra", "pip show greenlet finds nothing")
def not_installed(seen: Seen) -> bool:
    return not seen.found


# session_concurrent


def two_tasks(shared: bool) -> Seen:
    """Let two tasks read at the same time; give the tasks of each session, and what fails."""
    tasks: dict[int, set[str]] = {}
    said: list[str] = []

    async def main() -> None:
        engine = create_async_engine(url())

        async def read(session: AsyncSession) -> None:
            event.listen(session.sync_session, "do_orm_execute", note)
            await session.execute(ONE)

        def note(state: Any) -> None:
            task = asyncio.current_task()
            assert task
            tasks.setdefault(state.session.hash_key, set()).add(task.get_name())

        async with AsyncSession(engine) as first, AsyncSession(engine) as second:
            done = await asyncio.gather(read(first), read(first if shared else second), return_exceptions=True)
        said.extend(str(one) for one in done if isinstance(one, Exception))
        await engine.dispose()

    asyncio.run(main())
    return Seen(said=said[0] if said else "", tasks=tasks)


@reproduces("session_concurrent", "gather")
def session_of_two_tasks() -> Seen:
    return two_tasks(shared=True)


@healthy("session_concurrent")
def session_for_each_task() -> Seen:
    return two_tasks(shared=False)


@also("session_concurrent")
def closed_while_another_task_reads() -> str:
    async def main() -> list[object]:
        engine = create_async_engine(url())
        session = AsyncSession(engine)
        done = await asyncio.gather(session.execute(ONE), session.close(), return_exceptions=True)
        await session.close()
        await engine.dispose()
        return done

    return next(str(one) for one in asyncio.run(main()) if isinstance(one, Exception))


@tells("session_concurrent", "gather", "coroutines with the same session")
def several_tasks(seen: Seen) -> bool:
    return any(len(one) > 1 for one in seen.tasks.values())
