"""Each error page's texts are caused by the real libraries and servers, and compared whole; what is exempt says why."""

# ruff: noqa: D103 - what a function causes stands above it
import asyncio
import gc
import logging
import re
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from time import sleep

import asyncpg
import psycopg
import pytest
from gateway import Gateway
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy import ForeignKey, NullPool, QueuePool, StaticPool, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import AsyncAdaptedQueuePool

from poolschool.course.lessons import find_root
from poolschool.database.home import Home
from poolschool.database.running import running_url
from poolschool.errors.entry import Entry, load_entries, plain
from poolschool.measure.bench import pgbouncer

pytestmark = pytest.mark.usefixtures("collect")
ROOT = find_root(Path(__file__).parent)
ENTRIES = {entry.id: entry for entry in load_entries(ROOT)}
# Why a text is not caused here. A silent symptom has its proof in the lesson that it names.
EXEMPT = {
    "The garbage collector is trying to clean up connection {connection}": "SQLAlchemy 1.4",
    "remaining connection slots are reserved for non-replication superuser connections": "PostgreSQL 15 and earlier; here is 18",
    'remaining connection slots are reserved for roles with privileges of the "{role}" role': "needs reserved_connections",
    'too many connections for role "{role}"': "the role of the course may not make another role",
    "Connect call failed": "asyncpg hands on what the operating system says",
    "SSL connection has been closed unexpectedly": "the embedded PostgreSQL is built without TLS",
    "decryption failed or bad record mac": "the embedded PostgreSQL is built without TLS",
    "alert bad record mac": "the embedded PostgreSQL is built without TLS",
    "greenlet_spawn has not been called; can't call await_only() here.": "SQLAlchemy 2.0; make test-lowest",
    "[CRITICAL] WORKER TIMEOUT (pid:{pid})": "gunicorn is not installed here",
    "query_wait_timeout": "takes 120 s with the bouncer's settings",
    "no more connections allowed (max_client_conn)": "the bouncer of the bench takes hundreds",
    "unsupported startup parameter in options: {name}": "newer PgBouncer than Debian's; older ones name the parameter only",
    "is bound to a different event loop": "needs a full queue of another loop; the lesson on tests causes it",
}
CAUSES: dict[str, Callable[[], str]] = {}


def causes(text_: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Mark a function as the reproduction of a text."""

    def mark(function: Callable[[], str]) -> Callable[[], str]:
        CAUSES[text_] = function
        return function

    return mark


def error_of(work: Callable[[], object]) -> str:
    """Give what an exception says."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whichever it is, its text is compared
        work()
    return str(raised.value)


def raised_by(url: str, *statements: str, **options: object) -> str:
    """Run statements on one connection and give what the last one raises."""
    engine = create_engine(url, poolclass=NullPool, **options)
    with engine.connect() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        return error_of(lambda: connection.execute(text(statements[-1])))


def run(main: Callable[[AsyncEngine], object], driver: str = "asyncpg", **options: object) -> str:
    """Run a coroutine function with an async engine and give what it raises."""

    async def inner() -> None:
        engine = create_async_engine(make_url(running_url()).set(drivername=f"postgresql+{driver}"), **options)
        try:
            await main(engine)  # type: ignore[misc]
        finally:
            await engine.dispose()

    return error_of(lambda: asyncio.run(inner()))


@causes("QueuePool limit of size {size} overflow {overflow} reached, connection timed out, timeout {seconds}")
def queue_pool_limit() -> str:
    engine = create_engine("sqlite:///errors.db", pool_size=1, max_overflow=0, pool_timeout=0.05)
    with engine.connect():
        return error_of(engine.connect)


@causes("couldn't get a connection after {seconds} sec")
def psycopg_pool_timeout() -> str:
    with ConnectionPool(running_url().replace("+psycopg", ""), min_size=1, max_size=1, timeout=5) as pool:
        with pool.connection(), pytest.raises(PoolTimeout) as raised, pool.connection(timeout=0.1):
            pass
        return str(raised.value)


@causes("the pool {name} has already {count} requests waiting")
def too_many_requests() -> str:
    with ConnectionPool(running_url().replace("+psycopg", ""), min_size=1, max_size=1, max_waiting=1) as pool:
        with pool.connection():
            waiter = Thread(target=lambda: pool.connection(timeout=5).__enter__().close())
            waiter.start()
            while not pool.get_stats().get("requests_waiting"):
                sleep(0.01)
            said = error_of(pool.getconn)
        waiter.join()
        return said


@causes("pool initialization incomplete after {seconds} sec")
def pool_never_full() -> str:
    with ConnectionPool("postgresql://shop@127.0.0.1:1/store", min_size=1, open=False) as pool:
        return error_of(lambda: pool.wait(timeout=0.2))


@causes("the pool {name} is already closed")
def pool_closed() -> str:
    pool = ConnectionPool(running_url().replace("+psycopg", ""), min_size=0, max_size=1, open=True)
    pool.close()
    return error_of(pool.getconn)


@causes("the pool {name} is not open yet")
def pool_not_open() -> str:
    return error_of(ConnectionPool(running_url().replace("+psycopg", ""), min_size=0, max_size=1, open=False).getconn)


@contextmanager
def small_server() -> Iterator[tuple[str, str]]:
    """Run a PostgreSQL of its own that takes six connections, two of them for administrators; give both addresses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the user's
        from poolschool.database.server import Server
    server = Server(Home(Path(mkdtemp(prefix="poolschool_errors_"))))
    server.start()
    server.stop()
    settings = server.data / "postgresql.auto.conf"
    settings.write_text(settings.read_text() + "max_connections = 6\nsuperuser_reserved_connections = 2\nmax_wal_senders = 0\n")  # fmt: skip
    url = make_url(server.start())
    secret = re.search(r'"admin": "([^"]+)"', (server.place.folder / "passwords.json").read_text())
    assert secret
    try:
        yield tuple(  # type: ignore[misc]
            one.set(drivername="postgresql").render_as_string(hide_password=False)
            for one in (url, url.set(username="postgres", password=secret[1]))
        )
    finally:
        server.stop()


def full_server() -> tuple[str, str]:
    """Fill the small server as the application, then as its administrator; give both texts."""
    with small_server() as (shop, admin), ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(psycopg.connect(shop))
        reserved = error_of(lambda: psycopg.connect(shop))
        for _ in range(2):
            taken.enter_context(psycopg.connect(admin))
        return reserved, error_of(lambda: psycopg.connect(shop))


@causes("remaining connection slots are reserved for roles with the SUPERUSER attribute")
def slots_reserved() -> str:
    return full_server()[0]


@causes("sorry, too many clients already")
def too_many_clients() -> str:
    return full_server()[1]


@causes('too many connections for database "{database}"')
def too_many_for_database() -> str:
    admin = create_engine(running_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE poolschool_errors CONNECTION LIMIT 0"))
        try:
            url = make_url(running_url()).set(database="poolschool_errors")
            return error_of(create_engine(url, poolclass=NullPool).connect)
        finally:
            connection.execute(text("DROP DATABASE poolschool_errors"))


@causes('connection to server at "{host}", port {port} failed: Connection refused')
def connection_refused() -> str:
    return error_of(create_engine("postgresql+psycopg://shop@127.0.0.1:1/store").connect)


def cut(driver: str) -> str:
    """Lose the connection in the middle of a query."""
    with Gateway(running_url()) as gateway:
        gateway.cut_after("4242")
        url = make_url(gateway.url)
        if driver == "psycopg":
            return raised_by(url.render_as_string(hide_password=False), "SELECT 4242")

        async def main() -> None:
            connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
            await connection.execute("SELECT 4242")

        return error_of(lambda: asyncio.run(main()))


@causes("server closed the connection unexpectedly")
def server_closed() -> str:
    return cut("psycopg")


@causes("connection was closed in the middle of operation")
def closed_in_the_middle() -> str:
    return cut("asyncpg")


@causes("terminating connection due to administrator command")
def terminated() -> str:
    engine = create_engine(running_url(), poolclass=NullPool)
    with engine.connect() as victim, engine.connect() as other:
        pid = victim.scalar(text("SELECT pg_backend_pid()"))
        other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        return error_of(lambda: victim.execute(text("SELECT 1")))


@causes("terminating connection due to idle-in-transaction timeout")
def idle_in_transaction() -> str:
    with create_engine(running_url(), poolclass=NullPool).connect() as connection:
        connection.execute(text("SET idle_in_transaction_session_timeout = 50"))
        sleep(0.5)
        return error_of(lambda: connection.execute(text("SELECT 1")))


@causes("terminating connection due to idle-session timeout")
def idle_session() -> str:
    with create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("SET idle_session_timeout = 50"))
        sleep(0.5)
        return error_of(lambda: connection.execute(text("SELECT 1")))


@causes("the connection is closed")
def connection_is_closed() -> str:
    connection = psycopg.connect(running_url().replace("+psycopg", ""))
    connection.close()
    return error_of(lambda: connection.execute("SELECT 1"))


@causes("connection is closed")
def asyncpg_connection_is_closed() -> str:
    async def main(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.close()  # type: ignore[union-attr]
            await connection.execute(text("SELECT 1"))

    return run(main)


@causes("This connection is closed")
def refused_at_each_checkout() -> str:
    def refuse(*_: object) -> None:
        raise DisconnectionError

    engine = create_engine("sqlite:///errors.db")
    event.listen(engine, "checkout", refuse)
    return error_of(engine.connect)


@causes("Can't reconnect until invalid transaction is rolled back.")
def pending_rollback() -> str:
    engine = create_engine(running_url())
    with engine.connect() as connection, create_engine(running_url(), poolclass=NullPool).connect() as other:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        error_of(lambda: connection.execute(text("SELECT 1")))
        said = error_of(lambda: connection.execute(text("SELECT 1")))
    engine.dispose()
    return said


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Order(Base):
    """An order and its lines."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    """One product of an order."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column(ForeignKey("orders.id"))


def in_memory() -> Session:
    """Give a session on a database in memory, with one order."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add(Order(id=1, note="lamp"))
    session.commit()
    return session


@causes("This Session's transaction has been rolled back due to a previous exception during flush.")
def rolled_back_by_flush() -> str:
    with in_memory() as session, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session.add(Order(id=1, note="again"))
        error_of(session.flush)
        return error_of(lambda: session.execute(text("SELECT 1")))


@causes("current transaction is aborted, commands ignored until end of transaction block")
def transaction_aborted() -> str:
    with create_engine(running_url(), poolclass=NullPool).connect() as connection:
        error_of(lambda: connection.execute(text("SELECT 1 / 0")))
        return error_of(lambda: connection.execute(text("SELECT 1")))


@causes("This Connection is closed")
def connection_closed_resource() -> str:
    with create_engine("sqlite://").connect() as connection:
        pass
    return error_of(lambda: connection.execute(text("SELECT 1")))


@causes("This Session has been permanently closed and is unable to handle any more transaction requests.")
def session_closed() -> str:
    session = Session(create_engine("sqlite://"), close_resets_only=False)
    session.close()
    return error_of(lambda: session.execute(text("SELECT 1")))


@causes("is not bound to a Session; attribute refresh operation cannot proceed")
def detached_after_commit() -> str:
    with in_memory() as session:
        order = session.get_one(Order, 1)
        session.commit()
    return error_of(lambda: order.note)


@causes("is not bound to a Session; lazy load operation of attribute '{name}' cannot proceed")
def detached_lazy() -> str:
    with in_memory() as session:
        order = session.get_one(Order, 1)
    return error_of(lambda: order.lines)


@causes("canceling statement due to statement timeout")
def statement_timeout() -> str:
    return raised_by(running_url(), "SET statement_timeout = 50", "SELECT pg_sleep(5)")


@causes("canceling statement due to lock timeout")
def lock_timeout() -> str:
    with create_engine(running_url(), poolclass=NullPool).connect() as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        return raised_by(running_url(), "SET lock_timeout = 50", "SELECT pg_advisory_xact_lock(4711)")


@causes("This session is provisioning a new connection; concurrent operations are not permitted")
def session_concurrent() -> str:
    async def main(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            both = await asyncio.gather(*(session.execute(text("SELECT 1")) for _ in range(2)), return_exceptions=True)
        raise next(one for one in both if isinstance(one, Exception))

    return run(main)


@causes("cannot perform operation: another operation is in progress")
def another_operation() -> str:
    async def main() -> None:
        connection = await asyncpg.connect(running_url().replace("+psycopg", ""))
        try:
            await asyncio.gather(*(connection.execute("SELECT pg_sleep(0.2)") for _ in range(2)))
        finally:
            await asyncio.sleep(0.3)
            await connection.close()

    return error_of(lambda: asyncio.run(main()))


@causes("greenlet_spawn has not been called; can't call await_() here.")
def missing_greenlet() -> str:
    async def main(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            connection.sync_connection.execute(text("SELECT 1"))  # type: ignore[union-attr]

    return run(main)


@causes("The SQLAlchemy asyncio module requires that the Python 'greenlet' library is installed.")
def greenlet_missing() -> str:
    program = "import sys; sys.modules['greenlet'] = None; import sqlalchemy.ext.asyncio"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1].partition(": ")[2]


@causes("attached to a different loop")
def different_loop() -> str:
    engine = create_async_engine(make_url(running_url()).set(drivername="postgresql+asyncpg"))

    async def ask() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    asyncio.run(ask())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return error_of(lambda: asyncio.run(ask()))


@causes("Event loop is closed")
def event_loop_closed() -> str:
    loop = asyncio.new_event_loop()
    loop.close()
    return error_of(lambda: loop.call_soon(print))


@causes("The garbage collector is trying to clean up non-checked-in connection {connection}, which will be {fate}")
def non_checked_in() -> str:
    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("sqlalchemy.pool")
    log.addHandler(listener)

    async def forget(engine: AsyncEngine) -> None:
        connection = await engine.connect()
        await connection.execute(text("SELECT 1"))

    async def main() -> None:
        engine = create_async_engine(make_url(running_url()).set(drivername="postgresql+asyncpg"))
        await forget(engine)
        gc.collect()
        await engine.dispose()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(main())
    log.removeHandler(listener)
    return said[0]


@causes("Pool class {name} cannot be used with asyncio engine")
def sync_pool_in_async() -> str:
    return error_of(lambda: create_async_engine("postgresql+asyncpg://shop@db/store", poolclass=QueuePool))


@causes("Pool class {name} cannot be used with non-asyncio engine")
def async_pool_in_sync() -> str:
    return error_of(lambda: create_engine("postgresql+psycopg://shop@db/store", poolclass=AsyncAdaptedQueuePool))


@causes("The asyncio extension requires an async driver to be used. The loaded '{driver}' is not async.")
def needs_async_driver() -> str:
    return error_of(lambda: create_async_engine("sqlite:///errors.db"))


@causes('prepared statement "{name}" already exists')
def prepared_twice() -> str:
    return raised_by(running_url(), "PREPARE stock AS SELECT 1", "PREPARE stock AS SELECT 1")


@causes('prepared statement "{name}" does not exist')
def never_prepared() -> str:
    return raised_by(running_url(), "EXECUTE stock")


@causes("unsupported startup parameter: {name}")
def startup_parameter() -> str:
    if pgbouncer.program() is None:
        pytest.skip(pgbouncer.INSTALL)
    with pgbouncer.bouncer(running_url()) as url:
        engine = create_engine(url, poolclass=NullPool, connect_args={"options": "-c search_path=shop"})
        return error_of(engine.connect)


@causes("database is locked")
def database_locked() -> str:
    engine = create_engine("sqlite:///errors.db", connect_args={"timeout": 0.05})
    with engine.connect() as writer, engine.connect() as other:
        writer.execute(text("CREATE TABLE stock (lamps)"))
        writer.execute(text("INSERT INTO stock VALUES (7)"))
        return error_of(lambda: other.execute(text("INSERT INTO stock VALUES (6)")))


@causes("no such table: {table}")
def no_such_table() -> str:
    engine, said = create_engine("sqlite://"), list[str]()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE stock (lamps)"))

    def read() -> None:
        with engine.connect() as connection:
            said.append(error_of(lambda: connection.execute(text("SELECT * FROM stock"))))

    thread = Thread(target=read)
    thread.start()
    thread.join()
    return said[0]


@causes("SQLite objects created in a thread can only be used in that same thread.")
def sqlite_thread() -> str:
    connection, said = sqlite3.connect(":memory:"), list[str]()
    thread = Thread(target=lambda: said.append(error_of(lambda: connection.execute("SELECT 1"))))
    thread.start()
    thread.join()
    connection.close()
    return said[0].partition(" The object was created")[0]


@causes("Invalid argument(s) {names} sent to create_engine(), using configuration {configuration}")
def invalid_arguments() -> str:
    return error_of(lambda: create_engine("sqlite://", max_overflow=3))


@causes("'timeout' must be a positive number")
def timeout_must_be_positive() -> str:
    engine = create_engine("sqlite:///errors.db", pool_size=1, max_overflow=0, pool_timeout=-1)
    with engine.connect():
        return error_of(engine.connect)


def core(message: str) -> str:
    """Leave out what the libraries put around a text: class, severity, the statement, the link."""
    message = re.split(r"\s*\n\[SQL|\s*\(Background on this error|\n\t|\nHINT|\nLINE| Was IO attempted", message)[0]
    message = re.sub(r"^(\([\w. ]*(?:\.[\w<>' ]+)*\)|<class '[^']+'>:) ", "", message).strip()
    message = re.sub(r"^(connection|consuming input) failed: ", "", message)
    return re.sub(r"^(connection to server at .+? failed: (?=FATAL|ERROR))?(FATAL|ERROR):\s+", "", message)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sqlite:///errors.db` be a fresh file."""
    monkeypatch.chdir(tmp_path)


ALL_TEXTS = [(entry, one) for entry in ENTRIES.values() for one in entry.texts]


@pytest.mark.parametrize(("entry", "one"), ALL_TEXTS, ids=[f"{entry.id}-{one[:30]}" for entry, one in ALL_TEXTS])
def test_a_text_is_what_the_library_says(entry: Entry, one: str) -> None:
    """The reproduction causes the text; the page has it whole, variable parts apart."""
    if one in EXEMPT:
        assert one not in CAUSES, f"{one!r} is caused: take it out of EXEMPT"
        return
    said = core(CAUSES[one]())
    begins = ("is not bound", "attached to", "remaining")  # what stands before is the name of an object
    whole = re.sub(r"\\\{\w+\\\}", ".+", re.escape(" ".join(one.split())))
    found = re.fullmatch(rf"{'.*' if one.startswith(begins) else ''}{whole}.*", " ".join(said.split()))
    assert found, (entry.id, said)


def test_nothing_is_caused_or_exempt_without_a_page() -> None:
    """A text that no page has any more is taken out of this file."""
    texts = {one for _, one in ALL_TEXTS}
    assert set(CAUSES) <= texts
    assert set(EXEMPT) <= texts


def test_plain_text_of_a_cause() -> None:
    """What the terminal says of a cause has no Markdown in it."""
    assert (
        plain("`engine.connect()` in [Leaks](../l.md), **now**\nor never") == "engine.connect() in Leaks, now or never"
    )
    for entry in ENTRIES.values():
        for cause in entry.causes:
            assert not re.search(r"\]\(|\*\*|`", f"{cause.title} {cause.tell} {cause.cure}"), entry.id
