"""Opening a connection: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import asyncpg
import psutil
import psycopg
import pytest
from error_proofs.console import SmallServer
from error_proofs.prove import Seen, also, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of
from psycopg.rows import dict_row
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

ADDRESS = make_url("postgresql+psycopg://shop@127.0.0.1:1/store")  # nobody listens there


@pytest.mark.parametrize("page", pages("connecting"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


def dsn(url: str) -> str:
    """Give an address as the drivers read it."""
    return url.replace("+psycopg", "")


# server_not_ready


def said_now(url: str, small: SmallServer, before: int) -> Seen:
    """Connect, and look at the server's log."""
    return Seen(said=error_of(lambda: psycopg.connect(dsn(url))), log=small.log()[before:])


@reproduces("server_not_ready", "starting")
def just_started(small: SmallServer) -> Seen:
    if sys.platform == "win32":
        pytest.skip("the command that lets the server wait is one of a shell")
    before = len(small.log())
    with small.starting() as url:
        small.wait_for("database system was", before)
        return said_now(url, small, before)


@tells(
    "server_not_ready", "starting", "the text says starting up", "database system was shut down at or was interrupted"
)
def starts(seen: Seen) -> bool:
    return "starting up" in seen.said and re.search("database system was (shut down at|interrupted)", seen.log) is not None  # fmt: skip


@reproduces("server_not_ready", "stopping")
def being_stopped(small: SmallServer) -> Seen:
    before = len(small.log())
    with small.stopping():
        return said_now(small.shop, small, before)


@tells("server_not_ready", "stopping", "the text says shutting down", "received smart shutdown request")
def stops(seen: Seen) -> bool:
    return "shutting down" in seen.said and "received smart shutdown request" in seen.log


@reproduces("server_not_ready", "crash")
def recovers(small: SmallServer) -> Seen:
    before = len(small.log())
    with psycopg.connect(dsn(small.shop)) as slow, psycopg.connect(dsn(small.shop)) as dying:
        frozen = psutil.Process(slow.info.backend_pid)
        frozen.suspend()  # the server waits until all its processes have ended
        try:
            psutil.Process(dying.info.backend_pid).kill()
            small.wait_for("terminating any other active server processes", before)
            return said_now(small.shop, small, before)
        finally:
            frozen.resume()
            small.wait_for("ready to accept connections", before)


@tells("server_not_ready", "crash", "the text says in recovery mode", "terminating any other active server processes")
def has_crashed(seen: Seen) -> bool:
    return "in recovery mode" in seen.said and "terminating any other active server processes" in seen.log


# connection_refused


def is_ready(url: str, small: SmallServer) -> str:
    """Ask as the page says: pg_isready -h HOST -p PORT."""
    place = make_url(url)
    command = [small.program("pg_isready"), "-h", str(place.host), "-p", str(place.port)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.partition(" - ")[2].strip()


def refused(url: str, small: SmallServer, start: bool) -> Seen:
    """Connect where nobody listens, and look at what the server's log says since."""
    before = len(small.log())
    said = error_of(create_engine(url).connect)
    if start:
        small.start()
    return Seen(said=said, log_since=small.log()[before:], now=is_ready(small.shop if start else url, small))


@reproduces("connection_refused", "starting")
def starting(small: SmallServer) -> Seen:
    small.stop()
    return refused(small.shop, small, start=True)


@tells(
    "connection_refused",
    "starting",
    "pg_isready",
    "accepting connections",
    "the server's log begins after your first attempt",
)
def server_began_later(seen: Seen) -> bool:
    return "database system is ready to accept connections" in seen.log_since and seen.now == "accepting connections"


@reproduces("connection_refused", "address")
def wrong_address(small: SmallServer) -> Seen:
    return refused(ADDRESS.render_as_string(), small, start=False)


@tells("connection_refused", "address", "no response", "the server's log began before")
def nobody_there(seen: Seen) -> bool:
    return "ready to accept connections" not in seen.log_since and seen.now == "no response"


@also("connection_refused")
def refused_to_asyncpg() -> str:
    return error_of(lambda: asyncio.run(asyncpg.connect(host="127.0.0.1", port=1, user="shop")))


@also("connection_refused")
def refused_by_name() -> str:
    said = psycopg.pq.PGconn.connect(b"host=localhost port=1 user=shop").error_message
    return said.decode()


@also("connection_refused")
def no_socket() -> str:
    said = psycopg.pq.PGconn.connect(b"host=/nowhere port=1 user=shop").error_message
    return said.decode()


# slots_reserved, too_many_clients: applications fill the small server, seven of whose ten connections are for them

Traffic = Callable[[str, ExitStack], None]


def engine_of(url: str, application: str, taken: ExitStack, **options: Any) -> Engine:
    """Make the engine of an application."""
    engine = create_engine(url, connect_args={"application_name": application}, **options)
    taken.callback(engine.dispose)
    return engine


def two_pools(url: str, taken: ExitStack) -> None:
    """Let two processes use all that their pools may open."""
    for application in ("api", "worker"):
        engine = engine_of(url, application, taken, pool_size=2, max_overflow=4)
        for _ in range(6):
            taken.enter_context(engine.connect())


def engine_each(url: str, taken: ExitStack) -> None:
    """Make an engine for each request."""
    while True:
        engine = engine_of(url, "api", taken, pool_size=1, max_overflow=2)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))


def no_limit(url: str, taken: ExitStack) -> None:
    """Let requests at once go through a pool that is none."""
    engine = engine_of(url, "api", taken, poolclass=NullPool)
    while True:
        taken.enter_context(engine.connect()).execute(text("SELECT 1"))


# What pool_size + max_overflow of each process lets it open.
MAY = {two_pools: {"api": 6, "worker": 6}, engine_each: {"api": 3}, no_limit: {}}
SETTINGS = "SELECT name, setting::int FROM pg_settings WHERE name IN ('max_connections', 'reserved_connections', 'superuser_reserved_connections')"


def fill(small: SmallServer, traffic: Traffic, to_the_last: bool = False) -> Seen:
    """Send traffic until a connection is refused, and look who has the others; `to_the_last`: the reserved ones are taken too."""
    with small.console() as console, ExitStack() as taken:
        said = error_of(lambda: traffic(small.shop, taken))
        if to_the_last:
            with suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(psycopg.connect(dsn(small.admin)))
            said = error_of(lambda: psycopg.connect(dsn(small.shop)))
        rows = console.rows("SELECT application_name, count(*) FROM pg_stat_activity WHERE usename = 'shop' GROUP BY 1")
        states = console.rows("SELECT state FROM pg_stat_activity WHERE usename = 'shop'")
        room = {row["name"]: row["setting"] for row in console.rows(SETTINGS)}
    return Seen(
        said=said, may=MAY[traffic], has={row["application_name"]: row["count"] for row in rows}, room=room,
        idle=sum(row["state"] == "idle" for row in states),
    )  # fmt: skip


def beyond_its_pool(seen: Seen) -> bool:
    """Say whether an application has more sessions than the pool of its process may open."""
    return any(count > seen.may.get(application, 0) for application, count in seen.has.items())


@reproduces("slots_reserved", "budget")
def pools_beyond_the_room(small: SmallServer) -> Seen:
    return fill(small, two_pools)


@tells(
    "slots_reserved",
    "budget",
    "SELECT application_name, count(*) FROM pg_stat_activity GROUP BY 1",
    "minus the reserved ones",
)
def all_may_open_more(seen: Seen) -> bool:
    free = 2 * seen.room["max_connections"] - sum(seen.room.values())
    return sum(seen.may.values()) > free and not beyond_its_pool(seen)


@reproduces("slots_reserved", "leak")
def engines_outside(small: SmallServer) -> Seen:
    return fill(small, engine_each)


tells("slots_reserved", "leak", "one application has more sessions than its pools may open")(beyond_its_pool)


@also("slots_reserved")
def the_last_but_two(small: SmallServer) -> str:
    with ExitStack() as taken:
        error_of(lambda: no_limit(small.shop, taken))
        taken.enter_context(psycopg.connect(dsn(small.admin)))
        return error_of(lambda: psycopg.connect(dsn(small.shop)))


@reproduces("too_many_clients", "budget")
def pools_beyond_all(small: SmallServer) -> Seen:
    return fill(small, two_pools, to_the_last=True)


@tells("too_many_clients", "budget", "is more than SHOW max_connections")
def more_than_max_connections(seen: Seen) -> bool:
    return sum(seen.may.values()) > seen.room["max_connections"] and not beyond_its_pool(seen)


@reproduces("too_many_clients", "engine_per_request")
def engine_per_request(small: SmallServer) -> Seen:
    return fill(small, engine_each, to_the_last=True)


@tells("too_many_clients", "engine_per_request", "more than its pool_size + max_overflow", "most of them idle")
def many_idle(seen: Seen) -> bool:
    return beyond_its_pool(seen) and seen.idle > sum(seen.has.values()) / 2


@reproduces("too_many_clients", "null_pool")
def null_pool(small: SmallServer) -> Seen:
    return fill(small, no_limit, to_the_last=True)


@tells("too_many_clients", "null_pool", "NullPool", "hardly any is idle")
def none_idle(seen: Seen) -> bool:
    return not seen.may and seen.idle == 0


# too_many_for_role

POOL = 3  # pool_size + max_overflow of the only process
LIMITS = """SELECT rolconnlimit AS role, (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS database
FROM pg_roles WHERE rolname = current_user"""


@contextmanager
def limited(small: SmallServer, what: str) -> Iterator[dict[str, int]]:
    """Let a role or a database have two connections; give both limits as the application reads them, -1 for none."""
    with small.console() as console:
        if what:
            console.do(f"ALTER {what} CONNECTION LIMIT 2")
        try:
            with psycopg.connect(dsn(small.shop), row_factory=dict_row) as shop:
                yield shop.execute(LIMITS).fetchone() or {}
        finally:
            if what:
                console.do(f"ALTER {what} CONNECTION LIMIT -1")


def use_the_pool(small: SmallServer, what: str) -> Seen:
    """Use the whole pool of a process whose role or database has a limit."""
    with limited(small, what) as limits, ExitStack() as taken:
        pool = engine_of(small.shop, "api", taken, pool_size=POOL, max_overflow=0)
        said = ""
        try:
            for _ in range(POOL):
                taken.enter_context(pool.connect())
        except OperationalError as error:
            said = str(error)
    return Seen(said=said, limits=limits)


@reproduces("too_many_for_role", "limit")
def role_with_a_limit(small: SmallServer) -> Seen:
    return use_the_pool(small, "ROLE shop")


@healthy("too_many_for_role")
def no_limit_set(small: SmallServer) -> Seen:
    return use_the_pool(small, "")


@tells(
    "too_many_for_role",
    "limit",
    "SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user",
    "datconnlimit of pg_database",
)
def limit_below_the_pools(seen: Seen) -> bool:
    return any(0 <= one < POOL for one in seen.limits.values())


@also("too_many_for_role")
def database_with_a_limit(small: SmallServer) -> str:
    return use_the_pool(small, "DATABASE store").said
