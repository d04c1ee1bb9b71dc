"""Play the master and its worker on one PostgreSQL, count what a whole deploy opens, and let a server refuse in every way."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from os import getpid
from socketserver import ThreadingTCPServer
from struct import pack
from threading import Thread
from typing import Any

import l14_forks_and_workers as store
import pytest
from sqlalchemy import Engine, NullPool, create_engine, event, exc, make_url, text

from poolschool.checks import Wrong, borrow, call, count_connections, database_url, describe, expect, expect_type

pytestmark = pytest.mark.postgresql
SCHEMA = f"forks_{getpid()}"  # others may grade on the same server
PRICES = {"lamp": 39, "chair": 120, "leaflet": 0}
NAMES = ("shop", "reports")
EMPTY = "Which method of an engine begins a new pool, and which parameter leaves the old connections alone?"
ENDS = "dispose() closes what is in the pool: the goodbye goes through the socket that the master has too. Its parameter `close` tells."  # fmt: skip


class Database:
    """A shop's tables, a name by which its sessions are told from others, and a look at them from outside."""

    def __init__(self) -> None:
        self.direct = create_engine(database_url(), poolclass=NullPool)
        options = {"options": f"-c search_path={SCHEMA}", "application_name": SCHEMA}
        self.url = make_url(database_url()).update_query_dict(options).render_as_string(hide_password=False)
        values = ", ".join(f"('{name}', {price})" for name, price in PRICES.items())
        self.sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}",
                 f"CREATE TABLE {SCHEMA}.products (name text PRIMARY KEY, price integer)", f"INSERT INTO {SCHEMA}.products VALUES {values}")  # noqa: S608 # fmt: skip
        self.engines: list[Engine] = []

    def sql(self, *statements: str) -> None:
        """Run statements from outside."""
        with self.direct.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def sessions(self) -> dict[int, Any]:
        """Tell which sessions the store has on the server, and when each last did something."""
        query = text("SELECT pid, state_change FROM pg_stat_activity WHERE application_name = :name")
        with self.direct.connect() as connection:
            return {row.pid: row.state_change for row in connection.execute(query, {"name": SCHEMA})}

    def remaining(self) -> int:
        """Count the sessions, once those that were closed have had time to end: nobody answers a goodbye."""
        give_up = time.monotonic() + 3
        while (count := len(self.sessions())) and time.monotonic() < give_up:
            time.sleep(0.01)
        return count

    def engine(self, **settings: Any) -> tuple[Engine, list[Any]]:
        """Make an engine, and a list of all that it opens: so nothing is closed because nobody remembers it."""
        engine, opened = create_engine(self.url, **settings), list[Any]()
        event.listen(engine, "connect", lambda raw, _: opened.append(raw))
        self.engines.append(engine)
        return engine, opened

    def close(self) -> None:
        """End every session, and take the tables away."""
        for engine in self.engines:
            engine.dispose()
        self.sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{SCHEMA}'",  # noqa: S608
                 f"DROP SCHEMA {SCHEMA} CASCADE")  # fmt: skip


@pytest.fixture
def database() -> Iterator[Database]:
    """Open the shop's database."""
    database = Database()
    yield database
    database.close()


def session_of(raw: Any) -> int | None:
    """Ask on a raw connection which session it has; None if it is closed."""
    with suppress(Exception):
        return int(raw.execute("SELECT pg_backend_pid()").fetchone()[0])
    return None


class Once(Iterable[Engine]):
    """Engines that can be gone through once, as those of a generator; counts how often that was begun."""

    def __init__(self, engines: Iterable[Engine]) -> None:
        self.rest, self.begun = iter(engines), 0

    def __iter__(self) -> Iterator[Engine]:
        self.begun += 1
        return self.rest


@pytest.mark.task(
    1,
    "In each worker",
    hint="Whoever reads first on a shared connection gets the other's answer. Every engine needs a new pool.",
)
def test_after_fork(database: Database) -> None:
    """A worker's engines have empty pools and open connections of their own; on the master's nothing is said, and nothing is closed."""
    engines = {name: database.engine(pool_size=2, max_overflow=0) for name in NAMES}
    inherited: dict[int, Any] = {}
    for engine, opened in engines.values():
        for connection in [engine.connect() for _ in range(2)]:
            connection.close()
        inherited |= {raw.info.backend_pid: raw for raw in opened}
        opened.clear()
    pools = {name: describe(engine.pool) for name, (engine, _) in engines.items()}
    before = database.sessions()
    called = "after_fork([shop, reports]), where the master has two connections in each pool"
    all_engines = Once([engine for engine, _ in engines.values()])
    call(store.after_fork, all_engines)
    for name, (engine, opened) in engines.items():
        expect(len(opened), 0, called=f"connections opened by the engine of {name} during {called}",
               hint="An empty pool: the first request opens what it needs. A worker that connects in the hook does not start while the database is away.")  # fmt: skip
        try:
            with engine.connect() as connection:
                pid = connection.scalar(text("SELECT pg_backend_pid()"))
        except exc.SQLAlchemyError as problem:
            raise Wrong(called=f"the first query of {name} in the worker, after {called}", got=f"{type(problem).__name__}: {problem}".splitlines()[0],
                        expected="an answer, on a connection of its own", hint="The worker needs its engines: empty their pools, and nothing else.") from None  # fmt: skip
        if pid in inherited:
            raise Wrong(called=f"the first query of {name} in the worker, after {called}", got="answered on a connection of the master",
                        expected="answered on a connection that the worker has opened", hint=EMPTY if all_engines.begun < 2 else
                        "An Iterable may be a generator, which is empty when it is gone through again. Go through it once, or keep a list.",
                        belief="preload_is_harmless" if all_engines.begun < 2 else "")  # fmt: skip
        expect(
            describe(engine.pool),
            pools[name],
            called=f"the pool of {name} after {called}",
            hint="An empty pool, with the same settings.",
        )
    now = database.sessions()
    ended = [pid for pid in inherited if pid not in now or session_of(inherited[pid]) != pid]
    if ended:
        raise Wrong(called=called, got=f"{len(ended)} of the master's 4 connections closed", expected="0 closed: the master goes on using them",
                    hint=ENDS, belief="dispose_in_the_child")  # fmt: skip
    expect(sum(before[pid] != now[pid] for pid in inherited), 0, called=f"how many of the master's connections were used during {called}",
           hint="Do not take one out of the pool, not even to look at it: the first word on it mixes up the answers.", belief="preload_is_harmless")  # fmt: skip


@pytest.mark.task(2, "In the master", hint="The end of a `with` block returns the connection. To what?")
def test_load_prices(database: Database) -> None:
    """The prices are returned, and nothing stays open in the master, also when the query fails; the engine can be used later."""
    engine, opened = database.engine(pool_size=2, max_overflow=3)
    settings, borrowed, too_early = describe(engine.pool), list[Any](), list[bool]()
    event.listen(engine, "checkout", lambda raw, record, loan: borrowed.append(record))  # noqa: ARG005 - SQLAlchemy counts them
    event.listen(engine, "engine_disposed", lambda _: too_early.append(any(record.in_use for record in borrowed)))
    for table, renamed in (("products", "wares"), ("wares", "products")):
        if table == "wares":
            with suppress(exc.ProgrammingError):
                call(store.load_prices, engine)
        else:
            expect(
                call(store.load_prices, engine),
                PRICES,
                called="load_prices(engine)",
                hint="Each product's price, by its name.",
            )
        called = "load_prices(engine)" if table == "products" else "load_prices(engine), whose query failed"
        if open_ones := sum(not raw.closed for raw in opened) or database.remaining():
            forgotten = not engine.pool.checkedin()  # type: ignore[attr-defined]
            hint = "Nobody has closed it: a pool that is forgotten leaves that to the collector. This process has opened it: let it close it." \
                if forgotten else "Returned to the pool is not closed. This process has opened it, and nobody else has it yet: dispose()."  # fmt: skip
            if any(too_early):
                hint = "dispose() was called while your connection was in use, and closes only what lies in the pool: return yours first."
            elif table == "wares" and not forgotten:
                hint = "What is raised skips the lines below: `finally` does not."
            raise Wrong(called=f"the master's sessions on the server after {called}", got=open_ones, expected=0, hint=hint,
                        belief="preload_is_harmless")  # fmt: skip
        database.sql(f"ALTER TABLE {SCHEMA}.{table} RENAME TO {renamed}")
    with engine.connect() as connection:
        expect(
            connection.scalar(text("SELECT 1")),
            1,
            called="a query on the engine after load_prices(engine)",
            hint="The workers still need it.",
        )
    expect(describe(engine.pool), settings, called="the pool of the engine after load_prices(engine)",
           hint="Every worker is forked with this engine, and needs a pool that keeps connections, with the settings it had.")  # fmt: skip


def plan_of(**changed: int) -> Any:
    """Make a plan with the learner's class: 100 connections, one host with four workers, and what is changed; raise Wrong if it cannot be made."""
    fields = {"max_connections": 100, "reserved": 0, "others": 0, "hosts": 1, "workers": 4} | changed
    try:
        return store.Plan(**fields)
    except TypeError as problem:
        called = ", ".join(f"{name}={value}" for name, value in fields.items())
        raise Wrong(called=f"Plan({called})", got=f"TypeError: {problem}", expected="a Plan",
                    hint="Leave Plan as the stub has it: whoever calls your functions makes plans by its names.") from None  # fmt: skip


BUDGETS: tuple[tuple[dict[str, int], int | None, str, str], ...] = (
    ({}, 25, "100 for 4 processes.", ""),
    ({"reserved": 3}, 24, "The reserved ones are not for the store; and 24 × 4 fit, 25 × 4 do not.", "reserve_forgotten"),
    ({"reserved": 3, "others": 17}, 20, "Other programs connect to the same server.", "reserve_forgotten"),
    ({"reserved": 3, "hosts": 3}, 8, "Each host has that many workers, and all use one database.", "one_pool_for_all_workers"),
    ({"reserved": 3, "hosts": 3, "surge": 1}, 6, "During the deploy a host of the new version runs beside the three old ones.", "deploy_replaces_at_once"),
    ({"reserved": 3, "hosts": 2, "surge": 2}, 6, "All old ones and all new ones at the same time: blue and green.", "deploy_replaces_at_once"),
    ({"reserved": 3, "hosts": 12}, 2, "Two for each of 48 workers is 96, and 97 are there.", ""),
    ({"reserved": 3, "hosts": 12, "surge": 1}, None, "52 workers with two each need 104, and 97 are there: say so, before the server does.", ""),
    ({"max_connections": 20, "reserved": 3, "others": 17}, None, "Nothing is left for the store.", ""),
)  # fmt: skip


def words(plan: Any) -> str:
    """Write a plan as the learner would."""
    return str(plan).replace("Plan(", "connections_per_worker(Plan(") + ")"


@pytest.mark.task(3, "The budget", hint="How many processes are there at the worst moment of a deploy?")
def test_budget() -> None:
    """What is left after the reserve and the others is divided among all workers of all hosts, old and new; at least two for each."""
    for changed, expected, hint, belief in BUDGETS:
        plan = plan_of(**changed)
        try:
            got = call(store.connections_per_worker, plan)
        except ValueError as problem:
            if expected is None:
                continue
            raise Wrong(
                called=words(plan), got=f"ValueError: {problem}", expected=expected, hint=hint, belief=belief
            ) from None
        if expected is None:
            raise Wrong(called=words(plan), got=got, expected="ValueError is raised", hint=hint)
        expect(got, expected, called=words(plan), hint=hint, belief=belief)


@pytest.mark.task(
    4,
    "Two pools in each worker",
    needs=(3,),
    hint="Two settings limit an engine together. What do their defaults allow?",
)
def test_engines(database: Database) -> None:
    """A worker's engines open their share and no more; all workers of a deploy together fit, and nothing is opened too early."""
    for share in (2, 3, 5):
        plan = plan_of(max_connections=4 * share + 3, reserved=3)
        with count_connections() as seen:
            engines = made(database, plan)
        expect(seen.opened, 0, called=f"connections opened by make_engines(url, {plan})", hint="It may run before the fork: create_engine opens nothing by itself.",
               belief="preload_is_harmless")  # fmt: skip
        for name, most in (("shop", share - 1), ("reports", 1)):
            taken = borrow(engines[name], share + 2, called=f"{name}.connect()")
            for connection in taken:
                connection.close()
            expect(len(taken), most, called=f"connections in use at the same time of {name!r}, where each worker may have {share}",
                   hint=f"{describe(engines[name].pool)}. pool_size + max_overflow is the limit, pool_size=0 is none, and both engines share what the worker may have.",
                   belief="second_pool_is_free" if len(taken) > most else "overflow_forgotten")  # fmt: skip
        discard(engines.values())
    plan = plan_of(max_connections=16, reserved=3, others=1, workers=2, surge=1)
    everywhere = [made(database, plan) for _ in range(4)]  # two old workers, two new ones
    taken = [
        connection
        for engines in everywhere
        for name in NAMES
        for connection in borrow(engines[name], 13, called=f"{name}.connect()")
    ]
    sessions = len(database.sessions())
    for connection in taken:
        connection.close()
    expect(sessions, 12, called="sessions on the server when two old and two new workers have opened all they may, of 16 - 3 - 1",
           hint="4 workers with 3 each: 2 for the shop, 1 for the reports.", belief="deploy_replaces_at_once")  # fmt: skip


def made(database: Database, plan: Any) -> dict[str, Engine]:
    """Make a worker's engines; raise Wrong if they are not the two."""
    engines = call(store.make_engines, database.url, plan)
    expect_type(engines, dict, called="make_engines(url, plan)")
    expect(sorted(engines), sorted(NAMES), called="the names of make_engines(url, plan)", hint='"shop" and "reports".')
    for name in NAMES:
        expect_type(engines[name], Engine, called=f"make_engines(url, plan)[{name!r}]")
    database.engines += engines.values()
    return engines


def discard(engines: Any) -> None:
    """Close what is idle: the next plan is counted anew."""
    for engine in engines:
        engine.dispose()


@contextmanager
def refusing_server(code: str, message: str) -> Iterator[str]:
    """Listen as a PostgreSQL does that refuses whoever connects; give its address."""
    fields = b"".join(
        kind + value.encode() + b"\0"
        for kind, value in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", code), (b"M", message))
    )

    def refuse(client: socket.socket, *_: object) -> None:
        while b"user" not in (asked := client.recv(1024)) and asked:
            client.sendall(b"N")  # no TLS, no GSS
        client.sendall(b"E" + pack("!I", len(fields) + 5) + fields + b"\0")
        client.close()

    with ThreadingTCPServer(("127.0.0.1", 0), refuse) as server:  # type: ignore[arg-type]
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        yield f"postgresql+psycopg://shop:secret@127.0.0.1:{server.server_address[1]}/store"
        server.shutdown()


REFUSALS = (
    ("53300", "sorry, too many clients already", "database"),
    ("53300", "remaining connection slots are reserved for roles with the SUPERUSER attribute", "database"),
    ("53300", "remaining connection slots are reserved for non-replication superuser connections", "database"),
    (
        "53300",
        'remaining connection slots are reserved for roles with privileges of the "pg_use_reserved_connections" role',
        "database",
    ),
    ("53300", 'too many connections for role "shop"', "database"),
    ("53300", 'too many connections for database "store"', "database"),
    ("28P01", 'password authentication failed for user "shop"', ""),
    ("57P03", "the database system is starting up", ""),
    ("3D000", 'database "store" does not exist', ""),
)


@pytest.mark.task(
    5,
    "What the errors say",
    hint="One of them comes from SQLAlchemy, after a wait; the others from the server, at once.",
)
def test_what_is_full(database: Database) -> None:
    """A pool that is full, a server that is full in each of its words, and errors that mean neither, are told apart."""
    engine, _ = database.engine(pool_size=1, max_overflow=0, pool_timeout=0)
    with engine.connect():
        tell(
            engine.connect,
            "pool",
            "This text is SQLAlchemy's: its pool has reached its own limit, and the server was not asked. Its TimeoutError is that of sqlalchemy.exc, not Python's.",
            "full_pool_means_full_database",
        )
    for code, message, full in REFUSALS:
        hint = "No limit is reached: an OperationalError while connecting can have many reasons."
        if full:
            hint = (
                "The server refuses, whatever the pool still allows: the store has more pools than the server has room."
            )
        if "connections for" in message:
            hint = "The server refuses: a limit of one role or one database. A name stands at the end: look for the words that are always the same."
        with refusing_server(code, message) as url:
            tell(
                create_engine(url, poolclass=NullPool).connect,
                full,
                hint,
                "full_pool_means_full_database" if full else "",
            )
    with engine.connect() as connection:
        tell(lambda: connection.execute(text("SELECT 1 FROM nowhere")), "", "A wrong statement fills nothing.", "")
        connection.rollback()
        connection.execute(text("SET LOCAL statement_timeout = 1"))
        named = "SELECT 'sorry, too many clients already' FROM pg_sleep(9)"
        tell(
            lambda: connection.execute(text(named)),
            "",
            "The words stand in the statement; look at what the driver raised, `error.orig`.",
            "",
        )


def tell(action: Callable[[], Any], expected: str, hint: str, belief: str) -> None:
    """Let an action raise, and expect the learner to say what was full."""
    try:
        action()
    except Exception as problem:
        error = problem
    said = f"{type(error).__name__}: {getattr(error, 'orig', error)}".splitlines()[0]
    got = call(store.what_is_full, error)
    said = said.partition("failed: ")[2] or said
    if statement := getattr(error, "statement", ""):
        said += f" [SQL: {statement}]"
    expect(got, expected, called=f"what_is_full(…{said})", hint=hint, belief=belief)
