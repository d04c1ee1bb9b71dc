"""No text at all: each cause of these symptoms is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Iterator
from threading import Event, Thread, get_ident
from time import monotonic, sleep
from traceback import walk_stack
from typing import Annotated

import httpx
import psycopg
import pytest
from anyio.to_thread import current_default_thread_limiter
from error_proofs.bouncer import bouncer, knows_no_prepared_statements
from error_proofs.console import Console
from error_proofs.prove import Seen, healthy, pages, prove, reproduces, tells
from fastapi import Depends, FastAPI
from forked import Forked
from sqlalchemy import Column, Engine, Integer, MetaData, NullPool, Table, create_engine, text
from sqlalchemy.orm import Session

from poolschool.database.running import running_url

SHOP = f"poolschool_silent_{os.getpid()}"
ONE, WHO = text("SELECT 1"), text("SELECT pg_backend_pid()")
DSN = running_url().replace("+psycopg", "")


@pytest.mark.parametrize("page", pages("silent"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, and every How to tell says yes on its own cause only."""
    prove(page, request)


def engine_of(**options: object) -> Engine:
    """Make an engine whose sessions can be found on the server."""
    return create_engine(running_url(), connect_args={"application_name": SHOP}, **options)


def needs_fork() -> None:
    """Skip where processes are not forked."""
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")


# connections_grow


def grows(
    console: Console, request: Callable[[list[Engine]], object], before: Callable[[], None] = lambda: None
) -> Seen:
    """Send three requests and let the collector run; count sessions and what is in use after each.

    `before` is what ran before the last deploy.
    """
    before()
    deployed = console.value("SELECT now()")
    engines = [engine_of(pool_size=2, max_overflow=0)]
    counts, in_use = [], []
    gc.disable()
    try:
        for _ in range(2):
            request(engines)
            counts.append(len(console.sessions(SHOP)))
            in_use.append(engines[0].pool.checkedout())  # type: ignore[attr-defined]
    finally:
        gc.enable()
    gc.collect()
    in_use.append(engines[0].pool.checkedout())  # type: ignore[attr-defined]
    older = [row for row in console.sessions(SHOP, "backend_start") if row["backend_start"] < deployed]
    for engine in engines:
        engine.dispose()
    return Seen(said="", counts=counts, may=2, in_use=in_use, older=len(older))


def used(engine: Engine) -> None:
    """Use a connection as one should."""
    with engine.connect() as connection:
        connection.execute(ONE)


@reproduces("connections_grow", "engines")
def engines_again_and_again(console: Console) -> Seen:
    def request(engines: list[Engine]) -> None:
        for _ in range(2):
            engines.append(engine_of(pool_size=2, max_overflow=0))
            used(engines[-1])

    seen = grows(console, request)
    assert seen.counts == [2, 4]
    return seen


@tells("connections_grow", "engines", "one process has more sessions than its pool_size + max_overflow")
def more_than_its_pool(seen: Seen) -> bool:
    return seen.counts[-1] > seen.may


@reproduces("connections_grow", "leak")
def leak(console: Console) -> Seen:
    def request(engines: list[Engine]) -> None:
        connection = engines[0].connect()
        connection.execute(ONE)
        Circle(connection)

    seen = grows(console, request)
    assert seen.counts == [1, 2]
    return seen


class Circle:
    """Something that only the collector can take away."""

    def __init__(self, holds: object) -> None:
        self.holds, self.itself = holds, self


@tells("connections_grow", "leak", "the number in use of one pool rises and falls in steps")
def rises_and_falls(seen: Seen) -> bool:
    return seen.in_use[0] < seen.in_use[1] > seen.in_use[2]


@reproduces("connections_grow", "deploys")
def old_process_stays(console: Console) -> Seen:
    needs_fork()

    def worker() -> Iterator[object]:
        engine = engine_of(pool_size=1)
        used(engine)
        yield engine.pool.status()

    old = Forked(worker)
    with old:
        seen = grows(console, lambda engines: used(engines[0]), before=old_step(old))
    assert seen.counts == [2, 2]
    return seen


def old_step(old: Forked) -> Callable[[], None]:
    """Let the old process open its connection."""

    def step() -> None:
        old.step()

    return step


@tells("connections_grow", "deploys", "backend_start in pg_stat_activity is older than the last deploy")
def older_than_the_deploy(seen: Seen) -> bool:
    return seen.older > 0


# everything_waits


def stacks_of_all_threads() -> dict[int, set[str]]:
    """Give the names of the functions in which each thread is."""
    return {
        thread: {one.f_code.co_name for one, _ in walk_stack(frame)} for thread, frame in sys._current_frames().items()
    }


def stands_still(make: Callable[[FastAPI, Engine], None], requests: int, console: Console) -> Seen:
    """Send requests at once, and look where all threads stand while nobody is answered, as `py-spy dump` does."""
    engine, app, loop = engine_of(pool_size=1, max_overflow=0, pool_timeout=1.5), FastAPI(), get_ident()
    used(engine)
    make(app, engine)
    stacks: dict[bool, list[set[str]]] = {True: [], False: []}
    states: list[str] = []

    def waiting() -> int:
        return sum("_do_get" in stack for stack in stacks_of_all_threads().values())

    def look() -> None:
        give_up = monotonic() + 1.4
        while waiting() < requests - 1 and monotonic() < give_up:
            sleep(0.01)
        states.extend(row["state"] for row in console.sessions(SHOP, "state"))
        for thread, stack in stacks_of_all_threads().items():
            stacks[thread == loop].append(stack)

    async def send() -> None:
        current_default_thread_limiter().total_tokens = 2
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://store") as shop:
            sent = [asyncio.create_task(shop.get("/")) for _ in range(requests)]
            await asyncio.gather(*sent, return_exceptions=True)

    looker = Thread(target=look)
    looker.start()
    asyncio.run(send())
    looker.join()
    engine.dispose()
    assert states == ["idle in transaction"]  # the database idles
    return Seen(said="", loop=stacks[True][0], threads=stacks[False])


@reproduces("everything_waits", "cliff")
def cliff(console: Console) -> Seen:
    def make(app: FastAPI, engine: Engine) -> None:
        def get_session() -> Iterator[Session]:
            with Session(engine) as session:
                yield session

        @app.get("/")
        def search(session: Annotated[Session, Depends(get_session)]) -> list[str]:
            session.execute(text("SELECT pg_sleep(0.1)"))
            return ["desk lamp"]

    return stands_still(make, 3, console)


@tells("everything_waits", "cliff", "all threads of the process wait in QueuePool._do_get")
def threads_wait(seen: Seen) -> bool:
    return sum("_do_get" in one for one in seen.threads) == 2 and "_do_get" not in seen.loop


@reproduces("everything_waits", "frozen")
def frozen(console: Console) -> Seen:
    def make(app: FastAPI, engine: Engine) -> None:
        @app.get("/")
        async def search() -> None:
            with engine.connect() as connection:
                connection.execute(ONE)
                await asyncio.sleep(0.05)  # here others get their turn, and one of them waits in the loop itself

    return stands_still(make, 2, console)


@tells("everything_waits", "frozen", "the event loop's thread itself stands in _do_get")
def loop_waits(seen: Seen) -> bool:
    return "_do_get" in seen.loop


# wrong_rows


@reproduces("wrong_rows", "fork")
def after_a_fork(console: Console) -> Seen:
    needs_fork()
    engine = engine_of(pool_size=1, max_overflow=0)
    used(engine)
    console.do("SELECT pg_advisory_lock(4712)")
    ada = text("SELECT 'the basket of Ada', pg_advisory_xact_lock(4712)")

    def asks_for_ada() -> Iterator[object]:
        with engine.connect() as connection:
            yield connection.scalar(WHO)
            yield connection.scalar(ada)

    def asks_for_bob() -> Iterator[object]:
        with engine.connect() as connection:
            yield connection.scalar(WHO)
            yield connection.scalar(text("SELECT 'the basket of Bob'"))

    with Forked(asks_for_ada) as first, Forked(asks_for_bob) as second:
        sessions = [first.step(), second.step()]
        first.begin_step()
        give_up = monotonic() + 10
        while console.sessions(SHOP, "wait_event")[0]["wait_event"] != "advisory":
            assert monotonic() < give_up, "nobody waits for the lock"
            sleep(0.01)
        first.kill()
        console.do("SELECT pg_advisory_unlock(4712)")
        assert second.step() == "the basket of Ada"
    engine.dispose()
    return Seen(said="", sessions=sessions, knows_none=knows_no_prepared_statements(DSN))


@tells("wrong_rows", "fork", "SELECT pg_backend_pid() gives the same number in two processes", "no pooler")
def one_session_in_two_processes(seen: Seen) -> bool:
    return len(set(seen.sessions)) < len(seen.sessions) and not seen.knows_none


@reproduces("wrong_rows", "pooler")
def behind_a_pooler() -> Seen:
    def basket(connection: psycopg.Connection, name: str) -> object:
        return connection.execute(f"SELECT 'the basket of {name}' WHERE 1 = %s", (1,)).fetchone()

    with bouncer(default_pool_size=2) as url, psycopg.connect(url) as ada, psycopg.connect(url) as bob:
        for one in (ada, bob):
            one.prepare_threshold = 0
        sessions = [one.info.backend_pid for one in (ada, bob)]
        baskets = [basket(ada, "Ada"), basket(bob, "Bob")]
        for _ in range(4):  # until each has the other's server connection
            ada.commit()
            bob.commit()
            baskets = [basket(ada, "Ada"), basket(bob, "Bob")]
            if baskets == [("the basket of Bob",), ("the basket of Ada",)]:
                break
        assert baskets == [("the basket of Bob",), ("the basket of Ada",)]
        return Seen(said="", sessions=sessions, knows_none=knows_no_prepared_statements(url))


@tells(
    "wrong_rows",
    "pooler",
    "the address leads to a PgBouncer in transaction mode",
    "does not know of prepared statements",
)
def pooler_knows_none(seen: Seen) -> bool:
    return seen.knows_none


# tests_hang

HOLDS = "SELECT pid, state, query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"


def drop_all(returned: bool, console: Console) -> Seen:
    """Read a table in a test, which returns its connection or not; then drop all tables, and look after a moment."""
    engine, metadata, done = engine_of(poolclass=NullPool), MetaData(), Event()
    Table("poolschool_stock", metadata, Column("lamps", Integer))
    metadata.create_all(engine)
    connection = engine.connect()
    connection.execute(text("SELECT * FROM poolschool_stock"))
    if returned:
        connection.close()

    def end() -> None:
        metadata.drop_all(engine)
        done.set()

    teardown = Thread(target=end)
    teardown.start()
    hangs = not done.wait(10 if returned else 0.4)
    held = console.rows(f"{HOLDS} AND application_name = '{SHOP}' AND query LIKE '%poolschool_stock'")
    connection.close()
    teardown.join()
    assert hangs != returned
    return Seen(said="", held=held)


@reproduces("tests_hang", "not_returned")
def connection_kept(console: Console) -> Seen:
    return drop_all(False, console)


@healthy("tests_hang")
def connection_returned(console: Console) -> Seen:
    return drop_all(True, console)


@tells("tests_hang", "not_returned", HOLDS)
def session_of_the_tests(seen: Seen) -> bool:
    return bool(seen.held)
