"""Put the store behind a pooler that changes its sessions at every transaction: a PgBouncer, if one is on the PATH, or one of ours."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from os import dup, environ, getpid
from pathlib import Path
from queue import Empty, LifoQueue
from select import select
from shutil import which
from socketserver import ThreadingTCPServer
from struct import pack, unpack
from subprocess import DEVNULL, Popen, SubprocessError, check_output
from tempfile import TemporaryDirectory
from threading import Thread
from types import TracebackType
from typing import Any, Self

import l17_poolers as store
import psycopg
import pytest
import sqlalchemy
from psycopg import Connection, connect
from sqlalchemy import Engine, create_engine, event, exc, make_url, text

from poolschool.checks import Wrong, call, database_url, describe, expect, expect_type

pytestmark = pytest.mark.postgresql
SCHEMA = f"poolers_{getpid()}"  # others may grade on the same server
TILL = getpid() * 10  # advisory locks have numbers, and no schema
WAIT = 1  # seconds; whoever waits longer for a connection of the pooler is refused

# From here to PgBouncer: docs/p4_scale/pooler.py, word for word; a test holds it to that, and to a real PgBouncer.
# The settings that are set again for each client, wherever it is assigned. All others stay where they were made.
FOLLOWED = ("application_name", "client_encoding", "DateStyle", "standard_conforming_strings", "TimeZone")
TOLD = (*FOLLOWED, "server_version", "integer_datetimes")  # what a client is told when it connects
CANCEL, ASKS_FOR_TLS = 80877102, (80877103, 80877104)  # in place of a version, in a client's first message
END_OF_TRANSACTION = b"Z\0\0\0\5I"  # the server is ready, and idle


class End:
    """One end of a connection, read message by message, with the followed settings as they are there."""

    def __init__(self, own: socket.socket) -> None:
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = own
        self.settings: dict[str, str] = {}

    def take(self) -> bytes:
        """Return the next message; nothing if the connection has ended."""
        with suppress(OSError):
            head = self.exactly(5)
            return head + self.exactly(unpack("!i", head[1:])[0] - 4) if head else b""
        return b""

    def exactly(self, count: int) -> bytes:
        """Return so many bytes, or what comes before the end."""
        return self.socket.recv(count, socket.MSG_WAITALL) if count else b""

    def send(self, *messages: bytes) -> None:
        """Send messages."""
        self.socket.sendall(b"".join(messages))

    def note(self, status: bytes) -> None:
        """Note what the server says of a setting."""
        name, value = status[5:-1].decode().split("\0")
        if name in FOLLOWED:
            self.settings[name] = value


class Pooler:
    """Listens until it is closed: `url` leads through it, and `size` connections lead on.

    A client waits at most `wait` seconds for one of them. `ignored` are startup parameters that are left out in silence.
    """

    def __init__(self, database_url: str, size: int = 1, wait: float = 120, ignored: tuple[str, ...] = ()) -> None:
        address = make_url(database_url)
        plain = address.set(drivername="postgresql", query={}).render_as_string(hide_password=False)
        self._dsn, self._wait = plain, wait
        self._accepted = {"user", "database", *ignored, *map(str.lower, FOLLOWED)}
        self._opened: list[tuple[Connection, End]] = []
        # None is a place whose connection is not open. What was returned last is assigned first.
        self._idle: LifoQueue[End | None] = LifoQueue()
        for _ in range(size - 1):
            self._idle.put(None)
        self._idle.put(self._open())
        self._listener = ThreadingTCPServer(("127.0.0.1", 0), lambda client, *_: self._receive(End(client)))
        self._listener.daemon_threads = True
        through = address.set(host="127.0.0.1", port=self._listener.server_address[1], query={})
        self.url = through.render_as_string(hide_password=False)
        Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop listening, and close what leads to the server."""
        self._listener.shutdown()
        self._listener.server_close()
        for connection, server in self._opened:
            connection.close()
            server.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _open(self) -> End:
        """Open a connection to the server; the driver signs in, and we go on by hand."""
        connection = connect(self._dsn)
        self._told = {name: connection.info.parameter_status(name) or "" for name in TOLD}
        server = End(socket.socket(fileno=dup(connection.fileno())))
        server.socket.setblocking(True)
        server.settings = {name: self._told[name] for name in FOLLOWED}
        self._opened.append((connection, server))
        return server

    def _receive(self, client: End) -> None:
        with suppress(OSError):
            given = _startup(client)
            if refused := [name for name in given if name.lower() not in self._accepted]:
                client.send(_error(f"unsupported startup parameter: {refused[0]}"))
            elif given:
                self._greet(client, given)
                self._serve(client)

    def _greet(self, client: End, given: dict[str, str]) -> None:
        """Tell a client about the server, as if it were connected to it. Nobody is asked for a password."""
        wanted = {name: given[name.lower()].strip("'") for name in FOLLOWED if name.lower() in given}
        told = self._told | wanted
        client.settings = {name: told[name] for name in FOLLOWED}
        statuses = [_message(b"S", f"{name}\0{value}\0".encode()) for name, value in told.items()]
        client.send(_message(b"R", bytes(4)), *statuses, _message(b"K", bytes(8)), END_OF_TRANSACTION)

    def _serve(self, client: End) -> None:
        """Pass everything on, both ways; a server connection is assigned with the first message of a transaction."""
        server, unanswered = None, 0
        try:
            while True:
                ends = [client, server] if server else [client]
                ready, _, _ = select([end.socket for end in ends], [], [])
                if client.socket in ready:
                    message = client.take()
                    if message[:1] in (b"", b"X"):
                        return None
                    server = server or self._assign(client)
                    if server is None:
                        return client.send(_error("query_wait_timeout"))
                    unanswered += message[:1] in (b"Q", b"S", b"F")  # each is answered by a Z
                    server.send(message)
                elif server:
                    message = server.take()
                    if not message:
                        return client.send(_error("server conn crashed?"))
                    if message[:1] == b"S":
                        server.note(message), client.note(message)
                    unanswered -= message[:1] == b"Z"
                    if message == END_OF_TRANSACTION and not unanswered:
                        # Before the client hears of it: what it does next must find the connection free.
                        self._idle.put(server)
                        server = None
                    client.send(message)
        finally:
            if server:  # its client has left in the middle: the server rolls back
                server.socket.shutdown(socket.SHUT_RDWR)
                self._idle.put(None)

    def _assign(self, client: End) -> End | None:
        """Give a client a connection to the server, with its own settings; None if it has waited too long."""
        try:
            server = self._idle.get(timeout=self._wait)
        except Empty:
            return None
        while server and select([server.socket], [], [], 0)[0]:  # notices for whoever had it before, or the end
            server = server if server.take() else None
        server = server or self._open()
        for name, value in client.settings.items():
            if server.settings[name] != value:
                quoted = value.replace("'", "''")
                server.send(_message(b"Q", f"SET {name} = '{quoted}'\0".encode()))
                while (answer := server.take())[:1] not in (b"Z", b""):
                    if answer[:1] == b"S":
                        server.note(answer)
        return server


def _startup(client: End) -> dict[str, str]:
    """Return the parameters with which a client connects; nothing if it only wants to cancel."""
    while True:
        length, code = unpack("!ii", client.exactly(8) or pack("!ii", 8, CANCEL))
        if code == CANCEL:
            return {}
        words = client.exactly(length - 8).decode().split("\0")
        if code not in ASKS_FOR_TLS:
            return dict(zip(words[:-2:2], words[1:-2:2], strict=True))
        client.send(b"N")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + pack("!i", len(body) + 4) + body


def _error(words: str) -> bytes:
    return _message(b"E", f"SFATAL\0C08P01\0M{words}\0\0".encode())


@cache
def version(program: str) -> tuple[int, ...]:
    """Give the first two numbers of a PgBouncer's version, such as (1, 25)."""
    return tuple(map(int, check_output([program, "--version"], text=True).split()[1].split(".")[:2]))


@contextmanager
def pgbouncer(program: str, size: int) -> Iterator[str]:
    """Start a PgBouncer that knows nothing of prepared statements; OSError or CalledProcessError if that cannot be."""
    address = make_url(database_url())
    with TemporaryDirectory(prefix="poolschool_") as name, socket.socket() as chosen:
        folder = Path(name)
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
        chosen.close()
        users, settings = folder / "users.txt", folder / "pgbouncer.ini"
        users.write_text(f'"{address.username}" "{address.password}"\n', encoding="utf-8")
        settings.write_text(
            f"[databases]\n{address.database} = host={address.host} port={address.port or 5432}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\n"
            f"pool_mode = transaction\ndefault_pool_size = {size}\nquery_wait_timeout = {WAIT}\n"
            + ("max_prepared_statements = 0\n" if version(program) >= (1, 21) else ""),
            encoding="utf-8",
        )
        with Popen([program, "-q", str(settings)], stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, **as_nobody(folder)) as process:  # fmt: skip
            try:
                url = address.set(host="127.0.0.1", port=port)
                wait_for(url.set(drivername="postgresql").render_as_string(hide_password=False), process)
                yield url.render_as_string(hide_password=False)
            finally:
                process.kill()


def as_nobody(folder: Path) -> dict[str, Any]:
    """Let root's PgBouncer run as nobody, since it refuses to run as root; nobody must own what it reads."""
    if sys.platform == "win32":
        return {}
    from os import chown, geteuid
    from pwd import getpwnam

    if geteuid() != 0:
        return {}
    nobody = getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def wait_for(url: str, process: "Popen[bytes]") -> None:
    """Wait until a PgBouncer answers; OSError if it never does."""
    give_up = time.monotonic() + 5
    while True:
        try:
            return psycopg.connect(url, connect_timeout=2).close()
        except psycopg.Error as problem:
            if process.poll() is not None or time.monotonic() > give_up:
                raise OSError(str(problem)) from None
            time.sleep(0.005)


def open_pooler(stack: ExitStack, size: int) -> str:
    """Open a pooler with so many connections to the server, and give the address that leads through it."""
    # When a class is graded, nobody may start a process, checkers included.
    if "POOLSCHOOL_CONFINED" not in environ and (program := which("pgbouncer", path=environ.get("PATH"))):
        with suppress(OSError, SubprocessError, ValueError, LookupError):
            return stack.enter_context(pgbouncer(program, size))
    return stack.enter_context(Pooler(database_url(), size, wait=WAIT)).url


class Shop:
    """The store's tables, the learner's engine behind a pooler, and other clients of the same pooler."""

    def __init__(self, stack: ExitStack, size: int) -> None:
        self.stack, self.size = stack, size
        self.direct = create_engine(database_url(), isolation_level="AUTOCOMMIT")
        stack.callback(self.direct.dispose)
        self.sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}",
                 f"CREATE TABLE {SCHEMA}.products (name text PRIMARY KEY, price integer CHECK (price > 0), pieces integer)",
                 f"CREATE TABLE {SCHEMA}.receipts (name text, receipt text)",
                 f"INSERT INTO {SCHEMA}.products VALUES ('lamp', 39, 7), ('chair', 120, 2), ('shelf', 80, 5)")  # noqa: S608 # fmt: skip
        stack.callback(self.sql, f"DROP SCHEMA {SCHEMA} CASCADE")
        self.url = open_pooler(stack, size)
        self.clients = create_engine(self.url, pool_size=4, connect_args={"prepare_threshold": None})
        stack.callback(self.clients.dispose)
        self.engine = call(store.make_engine, self.url, SCHEMA)
        expect_type(self.engine, Engine, called="make_engine(url, schema)")
        stack.callback(self.engine.dispose)
        try:
            self.engine.connect().close()
        except exc.SQLAlchemyError as problem:
            raise Wrong(called="make_engine(url, schema).connect()", got=said(problem), expected="a connection",
                        hint="The pooler knows a handful of settings that a client may send when it connects, and refuses the rest.",
                        belief="options_pass") from None  # fmt: skip

    def sql(self, *statements: str) -> None:
        """Run statements past the pooler."""
        with self.direct.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask past the pooler."""
        with self.direct.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def price(self, product: str = "lamp") -> int:
        """Look up a price past the pooler."""
        return int(self.rows(f"SELECT price FROM {SCHEMA}.products WHERE name = '{product}'")[0][0])  # noqa: S608

    def in_each_session(self, query: str) -> list[Any]:
        """Ask as other clients do, at the same time, so that each has another of the pooler's sessions."""
        with ExitStack() as stack:
            others = [stack.enter_context(self.clients.connect()) for _ in range(self.size)]
            answers = [other.scalar(text(query)) for other in others]
            for other in others:
                other.commit()
            return answers

    @contextmanager
    def till_taken(self, late: bool = False) -> Iterator[Callable[[], object]]:
        """Let somebody past the pooler have the till, and give what lets it go. Late is just before the learner locks it."""
        with self.direct.connect() as holder:

            def take(*asked: Any) -> None:  # as a listener: connection, cursor, statement, …
                if not asked or any(lock in asked[2] for lock in ("advisory_lock", "advisory_xact_lock")):
                    holder.execute(text(f"SELECT pg_advisory_lock({TILL})"))

            event.listen(self.engine, "before_cursor_execute", take) if late else take()
            yield lambda: holder.execute(text("SELECT pg_advisory_unlock_all()"))
            if late:
                event.remove(self.engine, "before_cursor_execute", take)

    def refusals(self) -> list[str]:
        """Let another client ask; give what it was told, nothing if it was answered."""
        try:
            with self.clients.connect() as other:
                other.scalar(text("SELECT 1"))
        except exc.SQLAlchemyError as problem:
            return [said(problem)]
        return []

    @contextmanager
    def other_session_each_time(self) -> Iterator[None]:
        """Let the store have another session in each of its transactions, as under load: between them others take turns."""
        first, second = (self.clients.connect() for _ in range(2))
        first.execute(text("SELECT 1"))
        dialect = self.engine.dialect
        ends = {name: getattr(dialect, name) for name in ("do_commit", "do_rollback")}

        def turn() -> None:
            nonlocal first, second
            second.execute(text("SELECT 1"))  # takes the session that the store had
            first.commit()  # and frees the one that it had not
            first, second = second, first

        for name, end in ends.items():
            setattr(dialect, name, lambda raw, end=end: (end(raw), turn())[0])
        try:
            yield
        finally:
            for name, end in ends.items():
                setattr(dialect, name, end)
            first.close()
            second.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open a shop behind a pooler with two sessions."""
    with ExitStack() as stack:
        yield Shop(stack, 2)


@pytest.fixture
def narrow_shop() -> Iterator[Shop]:
    """Open a shop behind a pooler with one session."""
    with ExitStack() as stack:
        yield Shop(stack, 1)


def name_of(problem: BaseException | None) -> str:
    """Name what was raised."""
    return type(problem).__name__ if problem else "no error was raised"


def said(problem: BaseException) -> str:
    """Give an error's first line."""
    return f"{type(problem).__name__}: {getattr(problem, 'orig', None) or problem}".splitlines()[0]


def error_of(function: Callable[..., Any], *arguments: Any) -> Exception | None:
    """Call the learner's function and return what it raises."""
    try:
        call(function, *arguments)
    except Exception as problem:
        return problem
    return None


def answer(connection: sqlalchemy.Connection, query: str, called: str, hint: str, belief: str = "") -> Any:
    """Ask on the learner's connection; raise Wrong, with this hint, if that fails."""
    try:
        return connection.scalar(text(query))
    except exc.SQLAlchemyError as problem:
        raise Wrong(called=called, got=said(problem), expected="an answer", hint=hint, belief=belief) from None


PRICE, PIECES = ("SELECT price FROM products WHERE name = 'lamp'", "SELECT pieces FROM products WHERE name = 'lamp'")
EACH = "A session is yours for one transaction. SET LOCAL, or set_config(…, true), at the beginning of each: the engine's event `begin`. With AUTOCOMMIT there is none to set it in."
WHOSE = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('products')"


@pytest.mark.task(
    1, "The schema", seconds=30, hint="Which event does an engine have for the beginning of a transaction?"
)
def test_schema(shop: Shop) -> None:
    """The engine connects; each transaction finds its tables, whatever others set; no other client notices."""
    expect(describe(shop.engine.pool), "QueuePool, pool_size 5, max_overflow 0", called="the pool of make_engine(url, schema)",
           hint="The pooler shares the server; your pool still saves opening a connection. It stays as it was.", belief="pooler_replaces_pool")  # fmt: skip
    # Whether the driver prepares is the next task's question: here it does not.
    event.listen(shop.engine, "checkout", lambda raw, *_: setattr(raw, "prepare_threshold", None))
    with shop.engine.connect() as connection:
        for moment in ("the first transaction", "the second transaction of the same connection"):
            got = answer(connection, PRICE, f"a query for the price of a lamp, in {moment}", EACH, "session_is_mine")
            expect(connection.scalar(text(WHOSE)), SCHEMA, called=f"the schema whose `products` is found, in {moment}",
                   hint="It is the one that make_engine was given.")  # fmt: skip
            expect(got, 39, called=f"the price of a lamp, in {moment}", hint=EACH)
            connection.commit()
        connection.execute(text("SELECT 1"))
        connection.rollback()
        expect(answer(connection, PRICE, "SELECT price FROM products, after a rollback", EACH, "session_is_mine"), 39, called="the price of a lamp", hint=EACH)  # fmt: skip
    strangers = [name for name in ("begin", "engine_connect") if list(getattr(shop.clients.dispatch, name))]
    expect(strangers, [], called="the events at which your function runs for another engine of this process",
           hint="listens_for(Engine, …) listens on every engine; listens_for(engine, …) on this one.")  # fmt: skip
    paths = set(map(str, shop.in_each_session("SHOW search_path")))
    expect(sorted(paths), ['"$user", public'], called="SHOW search_path by other clients of the pooler, afterwards",
           hint="What is set for a session stays in it, and others are given that session. Set it for the transaction: SET LOCAL, or set_config(…, true).",
           belief="session_is_mine")  # fmt: skip
    shop.in_each_session("SELECT set_config('search_path', 'elsewhere', false)")  # a client that knows no better
    called = "SELECT price FROM products, after another client had set its own search_path"
    with shop.other_session_each_time():
        for _ in range(3):
            with shop.engine.connect() as connection:
                for _ in range(2):
                    expect(answer(connection, PRICE, called, EACH, "session_is_mine"), 39, called=called, hint=EACH)
                    connection.commit()


@pytest.mark.task(
    2,
    "Prepared statements",
    seconds=30,
    needs=(1,),
    hint="Which argument of psycopg's connect() says when it prepares?",
)
def test_prepared(shop: Shop) -> None:
    """However often a query is run, by two connections at once, each gets its own rows, and no name is left on the server."""
    hint = "psycopg prepares what a connection has run prepare_threshold times (5 if you say nothing; 0 is at once), and the pooler passes the name on to whatever session is free: prepare_threshold=None."
    for times in (7, 25):
        with shop.engine.connect() as ada, shop.engine.connect() as bob:
            for _ in range(times):
                answer(ada, PRICE, f"the same query, {times} times", hint)
                answer(bob, PIECES, f"the same query, {times} times", hint)
            ada.commit()
            bob.commit()
            called = f"SELECT price, on a connection that ran it {times} times, while another one ran SELECT pieces"
            expect(answer(ada, PRICE, called, hint, "errors_would_show_it"), 39, called=called, hint=f"That is what is left, and no price. {hint}",
                   belief="errors_would_show_it")  # fmt: skip
            ada.commit()
            answer(bob, PIECES, "SELECT pieces, on the other connection", hint, "errors_would_show_it")
        left = sum(shop.in_each_session("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql"))
        expect(left, 0, called=f"the prepared statements in the server's sessions, after a query was run {times} times",
               hint=f"Somebody else's `_pg3_0` meets yours there. {hint}", belief="prepared_is_faster")  # fmt: skip


LOCK_HINT = "pg_try_advisory_xact_lock in the transaction that runs the job: it belongs to the transaction, which keeps its session to the end."


@pytest.mark.task(3, "The till", seconds=30, needs=(1,), hint="Which advisory locks end with a transaction?")
def test_till(shop: Shop) -> None:
    """One job has the till, whoever asks through whichever session; afterwards nobody has it, however the job ended."""
    others: list[Any] = []

    def sell(connection: sqlalchemy.Connection) -> str:
        connection.execute(text("UPDATE products SET pieces = pieces - 1 WHERE name = 'lamp'"))
        return "sold"

    def look(connection: sqlalchemy.Connection) -> str:
        tries = f"SELECT pg_try_advisory_xact_lock({TILL})"
        with shop.clients.connect() as other:
            others.append(other.scalar(text(tries)))
        nested.append(call(store.with_till, shop.engine, TILL, sell))
        nested.append(call(store.with_till, shop.engine, TILL + 1, lambda _: "the other till"))
        return sell(connection)

    def fail(connection: sqlalchemy.Connection) -> None:
        sell(connection)
        raise LookupError("no such shopper")

    def give_away(connection: sqlalchemy.Connection) -> None:
        sell(connection)
        connection.execute(text("UPDATE products SET price = 0 WHERE name = 'lamp'"))

    nested: list[Any] = []
    got = call(store.with_till, shop.engine, TILL, look)
    expect(others, [False], called="whether another client of the pooler gets the till's lock while the job has it", hint=LOCK_HINT, belief="session_is_mine")  # fmt: skip
    expect(nested, [None, "the other till"], called="with_till for the same till, and for another one, while a job has it", hint="None without calling the job; another number is another lock.")  # fmt: skip
    expect(got, "sold", called="with_till(engine, till, sell)", hint="Return what the job returned.")
    expect(call(store.with_till, shop.engine, TILL, lambda _: 0), 0, called="with_till(engine, till, job), with a job that returns 0",
           hint="Whatever the job returned, also 0. None is for a till that somebody has.")  # fmt: skip
    check_till(shop, 6, "after a job")
    for job, error in ((fail, "LookupError"), (give_away, "IntegrityError")):
        problem = error_of(store.with_till, shop.engine, TILL, job)
        expect(
            name_of(problem),
            error,
            called=f"what with_till raises when the job raises {error}",
            hint="It must reach the caller.",
        )
        check_till(shop, 6, f"after a job that raised {error}")
    check_none_at_once(shop, sell, False, "while somebody had the till", "At once: pg_try_… asks and does not wait.")
    check_none_at_once(shop, lambda _: None, True, "when somebody took the till just before the statement that locks it",
                       "Between a look at pg_locks and the lock there is time for others: pg_try_… looks and locks in one.")  # fmt: skip
    check_till(shop, 6, "after with_till returned None")


def check_none_at_once(
    shop: Shop, job: Callable[[sqlalchemy.Connection], Any], late: bool, moment: str, hint: str
) -> None:
    """Raise Wrong unless with_till returns None, and does not queue for the lock that somebody has."""
    queue = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {TILL} AND NOT granted"  # noqa: S608
    with shop.till_taken(late) as give_back, ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(call, store.with_till, shop.engine, TILL, job)
        give_up = time.monotonic() + 3
        while not waiting.done() and not shop.rows(queue) and time.monotonic() < give_up:
            time.sleep(0.01)
        waited = not waiting.done()
        give_back()
    expect(
        (waited, waiting.result()),
        (False, None),
        called=f"whether with_till waited, and what it returned, {moment}",
        hint=hint,
    )


def check_till(shop: Shop, pieces: int, moment: str) -> None:
    """Raise Wrong unless the till is free, and so many lamps are left."""
    locks = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid IN ({TILL}, {TILL + 1})"  # noqa: S608
    expect(
        shop.rows(locks),
        [(0,)],
        called=f"the till's locks on the server, {moment}",
        hint=LOCK_HINT,
        belief="session_is_mine",
    )
    left = f"SELECT pieces FROM {SCHEMA}.products WHERE name = 'lamp'"  # noqa: S608
    expect(
        shop.rows(left),
        [(pieces,)],
        called=f"the lamps left, {moment}",
        hint="Commit what a job has done, and roll back what it did before it raised.",
    )


@pytest.mark.task(
    4, "The price list", seconds=30, needs=(1,), hint="What does a temporary table belong to, and what can end it?"
)
def test_prices(shop: Shop) -> None:
    """Prices change all or none, though each transaction has another session; nothing is left behind."""
    together = "A temporary table is in one session, and only one transaction is sure to stay there: make, fill and use it in one, ON COMMIT DROP."
    with shop.other_session_each_time():
        for number, (prices, changed) in enumerate(
            (({"lamp": 45, "chair": 120, "unicorn": 9}, 1), ({"lamp": 40, "shelf": 81}, 2), ({}, 0)), 1
        ):
            called = f"set_prices(engine, {prices})" + (", the next day" if number > 1 else "")
            try:
                got = call(store.set_prices, shop.engine, prices)
            except exc.SQLAlchemyError as problem:
                raise Wrong(called=called, got=said(problem), expected=f"{changed}", hint=together, belief="session_is_mine") from None  # fmt: skip
            expect(got, changed, called=called, hint="How many prices are others than before.")
            expect({name: shop.price(name) for name in prices if name != "unicorn"}, {name: price for name, price in prices.items() if name != "unicorn"},
                   called=f"the prices after {called}", hint="Commit, when all of it is done.")  # fmt: skip
        problem = error_of(store.set_prices, shop.engine, {"chair": 99, "lamp": -1, "shelf": 77})
        expect(
            name_of(problem),
            "IntegrityError",
            called="what set_prices raises for a price of -1",
            hint="The table checks it: let the error pass.",
        )
        expect([shop.price(name) for name in ("chair", "lamp", "shelf")], [120, 40, 81], called="the prices after set_prices was refused", hint="All or none: one transaction.")  # fmt: skip
    left = sum(
        shop.in_each_session(
            "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()"
        )
    )
    expect(
        left, 0, called="the temporary tables left in the server's sessions", hint=together, belief="reset_cleans_up"
    )


@pytest.mark.task(
    5,
    "The card number",
    seconds=30,
    needs=(1,),
    hint="From when to when does a transaction hold the pooler's connection?",
)
def test_buy(narrow_shop: Shop) -> None:
    """While the shopper pays, others use the pooler's only session; the receipt is noted if it was paid."""
    shop = narrow_shop
    asked: list[Any] = []

    def pay(price: int) -> str:
        asked.append(price)
        asked.extend(shop.refusals())
        return f"paid {price}"

    def decline(price: int) -> str:
        asked.append(price)
        raise LookupError("the card is declined")

    got = call(store.buy, shop.engine, "lamp", pay)
    expect(asked, [39], called="what pay() was given, and what another client met while it ran",
           hint="query_wait_timeout: your transaction was open, and held the pooler's only connection. End it before you wait, also when it has only read.",
           belief="idle_transaction_is_idle")  # fmt: skip
    expect(got, "paid 39", called="buy(engine, 'lamp', pay)", hint="Return the receipt.")
    receipts = f"SELECT name, receipt FROM {SCHEMA}.receipts"  # noqa: S608
    expect(
        shop.rows(receipts),
        [("lamp", "paid 39")],
        called="the receipts after buy(engine, 'lamp', pay)",
        hint="Insert it, and commit.",
    )
    expect(name_of(error_of(store.buy, shop.engine, "chair", decline)), "LookupError", called="what buy raises when the card is declined", hint="What pay raises is raised.")  # fmt: skip
    expect(name_of(error_of(store.buy, shop.engine, "unicorn", pay)), "NoResultFound", called="what buy(engine, 'unicorn', pay) raises", hint="scalar_one() raises it, as in the stub.")  # fmt: skip
    expect(
        asked,
        [39, 120],
        called="what was to be paid, in all",
        hint="Each once, and nothing for what the store does not have.",
    )
    expect(
        shop.rows(receipts),
        [("lamp", "paid 39")],
        called="the receipts after a declined card",
        hint="Note a receipt after it was paid.",
    )
    expect(shop.refusals(), [], called="what another client is told afterwards", hint="End every transaction, also when something is raised.",
           belief="idle_transaction_is_idle")  # fmt: skip
