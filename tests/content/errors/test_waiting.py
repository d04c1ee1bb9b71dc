"""Waiting for a connection: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
import os
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic, sleep
from typing import Annotated

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from error_proofs.console import Console
from error_proofs.prove import Seen, also, pages, prove, reproduces, tells
from error_proofs.raised import error_of, logged
from fastapi import Depends, FastAPI
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from poolschool.database.running import running_url

SHOP = f"poolschool_waiting_{os.getpid()}"
DSN = running_url().replace("+psycopg", "")


@pytest.mark.parametrize("page", pages("waiting"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


# queue_pool_limit: a store with one connection, and requests that come at once


def rush(make: Callable[[FastAPI, Engine], None], console: Console, requests: int, threads: int = 90) -> Seen:
    """Send requests at once; look twice at the transactions, ask for /ping, and see what is in use when all have gone."""
    options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 1}
    engine, app = create_engine(running_url(), connect_args={"application_name": SHOP}, **options), FastAPI()
    app.get("/ping")(lambda: "pong")
    engine.connect().close()  # opening it has transactions of its own
    make(app, engine)

    async def send() -> Seen:
        current_default_thread_limiter().total_tokens = threads
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://store") as shop:
            sent = [asyncio.create_task(shop.get("/")) for _ in range(requests)]
            first = await asyncio.to_thread(transactions, console)
            await asyncio.sleep(0.1)
            ping = asyncio.create_task(shop.get("/ping"))
            await asyncio.wait([ping], timeout=0.6)
            pong, second = ping.done(), await asyncio.to_thread(transactions, console)
            done = await asyncio.gather(*sent, return_exceptions=True)
            await ping
        said = next(str(one) for one in done if isinstance(one, Exception))
        return Seen(said=said, pong=pong, looks=(first, second), in_use_later=engine.pool.checkedout())  # type: ignore[attr-defined]

    seen = asyncio.run(send())
    engine.dispose()
    return seen


def transactions(console: Console) -> set[tuple[object, ...]]:
    """Look until there is a transaction: which, and its state."""
    give_up = monotonic() + 10
    while not (rows := [row for row in console.sessions(SHOP, "xact_start, state") if row["xact_start"]]):
        assert monotonic() < give_up, "there is no transaction"
        sleep(0.005)
    return {tuple(row.values()) for row in rows}


def last(seen: Seen) -> bool:
    """Say whether a transaction of the first look is there at the second."""
    first, second = ({start for start, _ in look} for look in seen.looks)
    return bool(first & second)


@reproduces("queue_pool_limit", "leak")
def forgetful(console: Console) -> Seen:
    kept: list[Connection] = []

    def make(app: FastAPI, engine: Engine) -> None:
        @app.get("/")
        def search() -> None:
            kept.append(engine.connect())
            kept[-1].execute(text("SELECT 1"))

    seen = rush(make, console, requests=2)
    kept[0].invalidate()  # its pool is gone already
    return seen


@tells("queue_pool_limit", "leak", "engine.pool.checkedout() does not come down")
def stays_in_use(seen: Seen) -> bool:
    return seen.in_use_later > 0


@reproduces("queue_pool_limit", "slow")
def slow(console: Console) -> Seen:
    def make(app: FastAPI, engine: Engine) -> None:
        @app.get("/")
        def search() -> None:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
                sleep(1.5)

    return rush(make, console, requests=2)


@tells("queue_pool_limit", "slow", "comes down with the traffic", "/ping answers", "the same xact_start")
def long_transactions(seen: Seen) -> bool:
    return seen.in_use_later == 0 and seen.pong and last(seen)


@reproduces("queue_pool_limit", "cliff")
def cliff(console: Console) -> Seen:
    def make(app: FastAPI, engine: Engine) -> None:
        def get_session() -> Iterator[Session]:
            with Session(engine) as session:
                yield session

        @app.get("/")
        def search(session: Annotated[Session, Depends(get_session)]) -> list[str]:
            session.execute(text("SELECT pg_sleep(0.1)"))
            return ["desk lamp"]  # checked against its type in one more thread

    return rush(make, console, requests=3, threads=2)


@tells("queue_pool_limit", "cliff", "/ping stands still as well", "the database idles")
def waits_for_itself(seen: Seen) -> bool:
    return not seen.pong and {state for _, state in seen.looks[1]} == {"idle in transaction"}


@reproduces("queue_pool_limit", "small")
def small_pool(console: Console) -> Seen:
    def make(app: FastAPI, engine: Engine) -> None:
        @app.get("/")
        def search() -> None:
            with engine.connect() as connection:
                connection.execute(text("SELECT pg_sleep(0.02)"))

    return rush(make, console, requests=80)


@tells("queue_pool_limit", "small", "/ping answers", "each time another xact_start")
def short_transactions(seen: Seen) -> bool:
    return seen.in_use_later == 0 and seen.pong and not last(seen)


# psycopg_pool_timeout


@reproduces("psycopg_pool_timeout", "leak")
def kept_connection() -> Seen:
    with logged("psycopg.pool") as log, ConnectionPool(DSN, min_size=1, max_size=1) as pool:
        kept = pool.getconn(timeout=5)
        said = error_of(lambda: pool.getconn(timeout=0.1))
        later = pool.get_stats()
        pool.putconn(kept)
    return Seen(said=said, log=log, later=later)


@tells("psycopg_pool_timeout", "leak", "pool_available at 0 while nobody asks", "no connections_errors")
def none_available(seen: Seen) -> bool:
    return not seen.later["pool_available"] and not seen.later.get("connections_errors")


@reproduces("psycopg_pool_timeout", "busy")
def all_at_work() -> Seen:
    def wait() -> None:
        with pool.connection(timeout=5):
            pass

    with logged("psycopg.pool") as log, ConnectionPool(DSN, min_size=1, max_size=1) as pool:
        with pool.connection(timeout=5):
            waiter = Thread(target=wait)
            waiter.start()
            while not (now := pool.get_stats()).get("requests_waiting"):
                sleep(0.01)
            said = error_of(lambda: pool.getconn(timeout=0.1))
        waiter.join()
        later = pool.get_stats()
    return Seen(said=said, log=log, later=later, waiting=now["requests_waiting"])


@tells("psycopg_pool_timeout", "busy", "pool_available is above 0 again when nobody asks", "requests_waiting")
def some_are_free_again(seen: Seen) -> bool:
    return seen.later["pool_available"] > 0 and seen.waiting > 0


@reproduces("psycopg_pool_timeout", "unreachable")
def unreachable() -> Seen:
    with logged("psycopg.pool") as log, ConnectionPool("postgresql://shop@127.0.0.1:1/store", min_size=1) as pool:
        said = error_of(lambda: pool.getconn(timeout=0.2))
        later = pool.get_stats()
    return Seen(said=said, log=log, later=later)


@tells("psycopg_pool_timeout", "unreachable", "error connecting in")
def cannot_connect(seen: Seen) -> bool:
    return any("error connecting in" in line for line in seen.log)


@also("psycopg_pool_timeout")
def warned() -> str:
    return next(line for line in unreachable().log if "error connecting in" in line)


@also("psycopg_pool_timeout")
def too_many_requests() -> str:
    with ConnectionPool(DSN, min_size=1, max_size=1, max_waiting=1) as pool:
        with pool.connection():
            waiter = Thread(target=lambda: pool.connection(timeout=5).__enter__().close())
            waiter.start()
            while not pool.get_stats().get("requests_waiting"):
                sleep(0.01)
            said = error_of(pool.getconn)
        waiter.join()
        return said


@also("psycopg_pool_timeout")
def never_full() -> str:
    with ConnectionPool("postgresql://shop@127.0.0.1:1/store", min_size=1, open=False) as pool:
        return error_of(lambda: pool.wait(timeout=0.2))
