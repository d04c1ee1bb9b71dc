"""Cut connections while they are idle, in use, in a transaction and at the commit; a gateway of ours does it, on real sockets."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import getpid
from select import select
from socketserver import ThreadingTCPServer
from threading import Event, Lock, Thread
from typing import Any

import l13_stale_connections as store
import pytest
from sqlalchemy import Engine, NullPool, create_engine, exc, make_url, text
from sqlalchemy.orm import Session

from poolschool.checks import Wrong, advance_clock, call, count_connections, database_url, expect, expect_type

pytestmark = pytest.mark.postgresql
WORDS = {
    "SELECT": re.compile(rb"\bSELECT\b.*\bPIECES\b", re.DOTALL),
    "INSERT": re.compile(rb"\bINSERT\s+INTO\b"),
    "UPDATE": re.compile(rb"\bUPDATE\s+STOCK\b"),
    "COMMIT": re.compile(rb"\bCOMMIT\b"),
}
SCHEMA = f"stale_{getpid()}"  # others may grade on the same server
GOODBYE = b"X\0\0\0\4"  # a client that closes says it, and waits for no answer
RESET = "The server has closed it, and the pool cannot know: it must ask at the checkout, before the request does."


@dataclass(eq=False)
class Conversation:
    """One connection through the gateway."""

    client: socket.socket
    forgotten: bool = False
    over: Event = field(default_factory=Event)


class Gateway(ThreadingTCPServer):
    """Stands between the store and PostgreSQL: passes everything on, until it is told to cut or to forget."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), lambda client, *_: self.carry(client))
        self.open: set[Conversation] = set()
        self.cuts: list[
            tuple[str, bytes]
        ] = []  # what is to be cut next: "before" or "after", and the word of the statement
        self.seen: list[str] = []  # the statements that were passed on or cut, by their words
        self.used_when_forgotten = 0
        self.lock = Lock()
        address = make_url(database_url())
        self.server = (address.host or "localhost", address.port or 5432)
        through = address.set(port=self.server_address[1]).update_query_dict(
            {"hostaddr": "127.0.0.1", "options": f"-c lock_timeout=300 -c search_path={SCHEMA}"}
        )
        self.url = through.render_as_string(hide_password=False)

    def restart(self) -> None:
        """Cut every connection, as a restart of the server does."""
        for conversation in list(self.open):
            with suppress(OSError):
                conversation.client.shutdown(socket.SHUT_RDWR)
            conversation.over.wait(5)

    def forget(self) -> None:
        """Forget every connection that is open, without a word to anybody."""
        for conversation in self.open:
            conversation.forgotten = True

    def cut(self, when: str, word: str) -> None:
        """Cut the connection on which this word comes next, before it is passed on or after the server has done it."""
        self.cuts.append((when, word))

    def carry(self, client: socket.socket) -> None:
        """Pass on both ways until one side ends."""
        self.open.add(conversation := Conversation(client))
        try:
            with socket.create_connection(self.server) as server, suppress(OSError):
                self.pass_on(client, server, conversation)
        finally:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()
            self.open.discard(conversation)
            conversation.over.set()

    def pass_on(self, client: socket.socket, server: socket.socket, conversation: Conversation) -> None:
        """Pass on both ways; cut where it was told to."""
        withheld = False
        while True:
            for sender in select([client, server], [], [])[0]:
                if not (data := sender.recv(65536)):
                    return
                if sender is server:
                    if withheld:
                        return
                    client.sendall(data)
                    continue
                if conversation.forgotten and data != GOODBYE:
                    self.used_when_forgotten += 1
                    return
                when = self.note(data)
                if when == "before":
                    return
                withheld = when == "after"
                server.sendall(data)

    def note(self, data: bytes) -> str:
        """Note what is passed on; tell whether it is to be cut, and when."""
        words = [word for word, sign in WORDS.items() if sign.search(data.upper())]
        with self.lock:
            self.seen += words
            for cut in self.cuts:
                if cut[1] in words:
                    self.cuts.remove(cut)
                    return cut[0]
        return ""


@contextmanager
def start_gateway() -> Iterator[Gateway]:
    """Let a gateway stand between the store and the server."""
    with Gateway() as gateway:
        Thread(target=gateway.serve_forever, args=(0.005,), daemon=True).start()
        yield gateway
        gateway.shutdown()


class Shop:
    """A stock and a book of orders on the server, the learner's engine through the gateway, and a look behind it."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.direct = create_engine(
            database_url(), poolclass=NullPool, connect_args={"options": f"-c search_path={SCHEMA}"}
        )
        self.sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}", "CREATE TABLE stock (product text PRIMARY KEY, pieces integer CHECK (pieces >= 0))",
                 "CREATE TABLE orders (key text PRIMARY KEY, product text, pieces integer)", "INSERT INTO stock VALUES ('lamp', 40), ('chair', 9)")  # fmt: skip
        self.engine = call(store.make_engine, gateway.url)
        expect_type(self.engine, Engine, called="make_engine(url)")

    def sql(self, *statements: str) -> None:
        """Run statements past the gateway."""
        with self.direct.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask past the gateway."""
        with self.direct.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def fill(self) -> None:
        """Let the pool open all that it keeps, and return them."""
        taken = [self.engine.connect() for _ in range(5)]
        for connection in taken:
            connection.close()

    def ask(self, times: int) -> list[str]:
        """Ask in so many requests one after the other; give what became of each."""
        answers = []
        for _ in range(times):
            try:
                with self.engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                answers.append("answered")
            except exc.SQLAlchemyError as problem:
                answers.append(type(problem).__name__)
        return answers

    def close(self) -> None:
        """Take the tables away, and before that the locks of whoever still holds a connection."""
        self.gateway.restart()
        self.engine.dispose()
        self.sql(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open a shop behind a gateway."""
    with start_gateway() as gateway:
        shop = Shop(gateway)
        yield shop
        shop.close()


@pytest.mark.task(
    1, "Idle while the server restarts", hint="Who could ask a connection whether it still answers, and when?"
)
def test_idle(shop: Shop) -> None:
    """After a restart no request fails that begins afterwards; the pool keeps five and opens no sixth."""
    for times in (1, 2):
        shop.fill()
        shop.gateway.restart()
        answers = shop.ask(6)
        failed = [answer for answer in answers if answer != "answered"]
        expect(failed, [], called=f"the failures among six requests after restart {times}, which found five idle connections", hint=RESET,
               belief="pool_knows_the_server")  # fmt: skip
    check_pool(shop)


def check_pool(shop: Shop) -> None:
    """Raise Wrong unless the engine keeps five connections, uses them again, and opens no sixth."""
    with count_connections() as seen:
        shop.fill()
        before = seen.opened
        answers = shop.ask(5)
        if seen.opened > before or "answered" not in answers:
            raise Wrong(called="five requests one after the other, with five connections idle", got=f"{seen.opened - before} connections opened",
                        expected="0 opened: the idle ones are used again", hint="What was idle for no time at all is alive: keep and reuse it.")  # fmt: skip
        taken = [shop.engine.connect() for _ in range(5)]
        shop.engine.pool._timeout = 0  # type: ignore[attr-defined] # nothing will be returned: no need to wait
        with suppress(exc.TimeoutError):
            taken.append(shop.engine.connect())
        for connection in taken:
            connection.close()
    expect(len(taken), 5, called="connections in use at the same time, at most", hint="pool_size=5 and max_overflow=0, as in the stub.",
           belief="overflow_forgotten")  # fmt: skip


@pytest.mark.task(
    2,
    "Forgotten by the gateway",
    needs=(1,),
    hint="By what can the pool tell that a connection may be forgotten, without using it?",
)
def test_forgotten(shop: Shop) -> None:
    """A connection that may have been silent for 60 seconds is not used; one that is younger than 30 seconds is."""
    shop.fill()
    with count_connections() as seen, advance_clock(store, 29):
        shop.ask(5)
    if seen.opened:
        raise Wrong(called="five requests, 29 seconds after five connections were opened", got=f"{seen.opened} connections opened anew",
                    expected="0 opened: they are younger than 30 seconds", hint="The age limit is in seconds, and it is more than 30.")  # fmt: skip
    shop.gateway.forget()
    with advance_clock(store, 61):
        answers = shop.ask(5)
    if shop.gateway.used_when_forgotten:
        raise Wrong(called="five requests, 61 seconds after the connections were opened", got="a forgotten connection was used, by a ping or a query",
                    expected="none older than 60 seconds is used", hint="A ping goes into the silence as well, and waits there. An age limit of the "
                    "pool needs no question.", belief="ping_finds_everything")  # fmt: skip
    expect(answers, ["answered"] * 5, called="five requests, 61 seconds after the connections were opened", hint="What is too old is replaced by a new one.")  # fmt: skip


def expect_lost(problem: Exception | None, called: str) -> None:
    """Raise Wrong unless the loss of a connection was raised as such."""
    if problem is None:
        raise Wrong(called=called, got="no error was raised", expected="the error of the lost connection", hint="Once more, and not for ever: "
                    "when the second attempt is lost as well, its error is raised.", belief="retry_until_it_works")  # fmt: skip
    if not isinstance(problem, exc.DBAPIError):
        raise Wrong(called=called, got=f"{type(problem).__name__}: {problem}", expected="the error of the lost connection",
                    hint="Raise what the second attempt raised.")  # fmt: skip


def name_of(problem: Exception | None) -> str:
    """Name what was raised."""
    return type(problem).__name__ if problem else "no error was raised"


def error_of(function: Callable[..., Any], *arguments: Any) -> Exception | None:
    """Call the learner's function and return what it raises."""
    try:
        call(function, *arguments)
    except Exception as problem:
        return problem
    return None


@pytest.mark.task(
    3, "In use when it is lost", needs=(1,), hint="Which attribute of the error tells that the connection is gone?"
)
def test_in_use(shop: Shop) -> None:
    """stock_of asks once more after a lost connection, on another one; not a third time, and not after other errors."""
    gateway, seen = shop.gateway, shop.gateway.seen
    expect(
        call(store.stock_of, shop.engine, "lamp"),
        40,
        called="stock_of(engine, 'lamp')",
        hint="The stub's query was right.",
    )
    for when in ("before", "after"):
        gateway.cut(when, "SELECT")
        called = f"stock_of(engine, 'lamp'), whose connection is lost {'before the server has the query' if when == 'before' else 'before the answer is there'}"
        try:
            got = call(store.stock_of, shop.engine, "lamp")
        except exc.SQLAlchemyError as problem:
            raise Wrong(called=called, got=f"{type(problem).__name__}: {problem}".splitlines()[0], expected="40, from another connection",
                        hint="A ping looks at the checkout, and the connection was lost after it. Reading may be done again: take another "
                        "connection, and ask once more.", belief="ping_finds_everything") from None  # fmt: skip
        expect(got, 40, called=called, hint="The same query on another connection.")
    seen.clear()
    for _ in range(2):
        gateway.cut("before", "SELECT")
    called = "stock_of(engine, 'lamp'), which loses its connection twice"
    with count_connections() as counted:
        expect_lost(error_of(store.stock_of, shop.engine, "lamp"), called)
    expect(counted.disposals, 0, called=f"calls of engine.dispose() by {called}",
           hint="The pool has marked its old connections by itself; a new pool knows nothing of those in use, and opens five more.",
           belief="dispose_takes_back")  # fmt: skip
    expect(seen.count("SELECT"), 2, called=f"how often the query was sent by {called}",
           hint="Once more, on a connection that the pool has opened anew.", belief="retry_until_it_works")  # fmt: skip
    gateway.cuts.clear()
    seen.clear()
    refusal = error_of(store.stock_of, shop.engine, "unicorn")
    expect(name_of(refusal), "NoResultFound", called="what stock_of(engine, 'unicorn') raises", hint="The store does not have it: scalar_one() raises, as before.")  # fmt: skip
    expect(seen.count("SELECT"), 1, called="how often the query was sent by stock_of(engine, 'unicorn')",
           hint="That connection is well: the answer would be the same again.", belief="retry_every_error")  # fmt: skip
    expect(shop.engine.pool.checkedout(), 0, called="pool.checkedout() after stock_of(engine, 'unicorn')",  # type: ignore[attr-defined]
           hint="What is raised skips close(); the end of a `with` block returns the connection, always.", belief="close_at_the_end")  # fmt: skip
    shop.sql("ALTER TABLE stock RENAME TO inventory")
    seen.clear()
    refusal = error_of(store.stock_of, shop.engine, "lamp")
    shop.sql("ALTER TABLE inventory RENAME TO stock")
    expect(name_of(refusal), "ProgrammingError", called="what stock_of(engine, 'lamp') raises while there is no such table", hint="Raise what is no lost connection.")  # fmt: skip
    expect(seen.count("SELECT"), 1, called="how often the query was sent while there is no such table",
           hint="A wrong statement is wrong again: `error.connection_invalidated` tells a lost connection from other errors.", belief="retry_every_error")  # fmt: skip
    with shop.direct.connect() as migration:
        migration.execute(text("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE"))
        seen.clear()
        refusal = error_of(store.stock_of, shop.engine, "lamp")
    expect(name_of(refusal), "OperationalError", called="what stock_of(engine, 'lamp') raises while the table is locked (lock_timeout)",
           hint="Raise what is no lost connection.")  # fmt: skip
    expect(seen.count("SELECT"), 1, called="how often the query was sent while the table was locked",
           hint="An OperationalError is not always a lost connection: `error.connection_invalidated` tells.", belief="retry_every_error")  # fmt: skip


@pytest.mark.task(
    4,
    "Lost at the commit",
    needs=(3,),
    hint="What on the server could tell the second attempt that the first one was done?",
)
def test_at_the_commit(shop: Shop) -> None:
    """An order is placed once, wherever its connection is lost; the same key again changes nothing; other errors are raised."""
    gateway, number, left = shop.gateway, 0, 40
    for when, word, moment in (
        ("", "", "undisturbed"),
        ("before", "INSERT", "whose connection is lost before the INSERT"),
        ("before", "UPDATE", "whose connection is lost before the UPDATE"),
        ("before", "COMMIT", "whose connection is lost before the COMMIT reaches the server"),
        ("after", "COMMIT", "whose connection is lost after the server has committed, before it could say so"),
    ):
        number, left = number + 1, left - 3
        gateway.cuts.clear()
        if when:
            gateway.cut(when, word)
        key, called = f"key{number}", f"place_order(engine, 'key{number}', 'lamp', 3), {moment}"
        problem = error_of(store.place_order, shop.engine, key, "lamp", 3)
        placed = [row for row in shop.rows("SELECT key FROM orders") if row[0] == key]
        got = f"{len(placed)} order, {stock(shop)} lamps left"
        expected = f"1 order, {left} lamps left"
        if problem is not None:
            raise Wrong(called=called, got=f"{type(problem).__name__}: {problem}".splitlines()[0], expected=expected, hint=why_raised(problem, when),
                        belief="commit_failed_means_undone" if when == "after" else "")  # fmt: skip
        hint, belief = "Both statements in one transaction, once.", ""
        if when == "after" and stock(shop) < left:
            hint, belief = "The server had committed the first attempt, and the second took the pieces again: let the key decide.", "commit_failed_means_undone"  # fmt: skip
        expect(got, expected, called=called, hint=hint, belief=belief)
    call(store.place_order, shop.engine, "key1", "lamp", 3)
    expect((len(shop.rows("SELECT key FROM orders")), stock(shop)), (5, left),
           called="the orders and the lamps left, after place_order(engine, 'key1', 'lamp', 3) was called a second time", hint="Once per key: the shopper has pressed the button twice.")  # fmt: skip
    refusal = error_of(store.place_order, shop.engine, "key9", "chair", 10)
    expect(name_of(refusal), "IntegrityError", called="what place_order(engine, 'key9', 'chair', 10) raises, of 9 chairs",
           hint="The stock cannot fall below zero: raise what is no lost connection.", belief="retry_every_error")  # fmt: skip
    expect(shop.rows("SELECT key FROM orders WHERE key = 'key9'"), [], called="the orders with key9, after it was refused",
           hint="Both statements in one transaction: what is refused leaves nothing behind.")  # fmt: skip
    gateway.seen.clear()
    for _ in range(2):
        gateway.cut("before", "COMMIT")
    expect_lost(
        error_of(store.place_order, shop.engine, "key10", "lamp", 1),
        "place_order(engine, 'key10', 'lamp', 1), which loses its connection twice",
    )
    gateway.cuts.clear()
    expect(gateway.seen.count("COMMIT"), 2, called="how often place_order tried to commit, losing its connection each time", hint="Once more, and not for ever.",
           belief="retry_until_it_works")  # fmt: skip
    expect(shop.engine.pool.checkedout(), 0, called="pool.checkedout() after that", hint="Leave the `with` block before you try again.", belief="close_at_the_end")  # type: ignore[attr-defined] # fmt: skip


def stock(shop: Shop) -> int:
    """Tell how many lamps are left."""
    return int(shop.rows("SELECT pieces FROM stock WHERE product = 'lamp'")[0][0])


def why_raised(problem: Exception, when: str) -> str:
    """Say why an order raised what it should have survived."""
    if isinstance(problem, exc.IntegrityError):
        return "The key was there: the first attempt was committed, and that is a success. ON CONFLICT (key) DO NOTHING, or look first."
    if when == "after":
        return "Nobody has said whether it is committed. Try again, and let the unique key decide."
    return "Nothing was committed, so the whole transaction may be done again, on another connection."


@pytest.mark.task(
    5, "A session that is kept", needs=(1,), hint="Which call tells a session that the transaction is over?"
)
def test_kept_session(shop: Shop) -> None:
    """After a job that lost its connection, or raised, the next one works; nothing is held and nothing saved in between."""
    worker = call(store.Worker, shop.engine)
    take = text("UPDATE stock SET pieces = pieces - 1 WHERE product = 'lamp'")

    def look(session: Session) -> int:
        return int(session.scalar(text("SELECT pieces FROM stock WHERE product = 'lamp'")) or 0)

    def sell(session: Session) -> str:
        session.execute(take)
        return "sold"

    def fail(session: Session) -> None:
        session.execute(take)
        raise LookupError("no such shopper")

    expect(call(worker.run, sell), "sold", called="worker.run(sell)", hint="Return what the job returned.")
    expect(stock(shop), 39, called="the lamps left after worker.run(sell)", hint="Commit after each job.")
    expect(shop.engine.pool.checkedout(), 0, called="pool.checkedout() after worker.run(sell)", hint="commit, rollback or close returns a session's connection.",  # type: ignore[attr-defined]
           belief="session_is_a_connection")  # fmt: skip
    for job, moment, word in (
        (sell, "a job that lost its connection", "UPDATE"),
        (fail, "a job that raised LookupError", ""),
        (sell, "a job whose commit lost its connection", "COMMIT"),
    ):
        if word:
            shop.gateway.cut("before", word)
        problem = error_of(worker.run, job)
        if problem is None:
            raise Wrong(called=f"worker.run({job.__name__}), {moment}", got="no error was raised", expected="what the job raised",
                        hint="Its error must reach the caller: raise it after the rollback. The job is not tried again: the worker does not know what it has done.",
                        belief="retry_every_error")  # fmt: skip
        expect(shop.engine.pool.checkedout(), 0, called=f"pool.checkedout() after {moment}", hint="rollback() returns the connection, also after an error.",  # type: ignore[attr-defined]
               belief="session_is_a_connection")  # fmt: skip
        try:
            got: object = call(worker.run, look)
        except Exception as next_problem:
            got = f"{type(next_problem).__name__}: {next_problem}".splitlines()[0]
        hint = "rollback() tells the session that the transaction is over, even when its connection is gone." if isinstance(got, str) else \
            "What the failed job did was saved with the next one: roll back."  # fmt: skip
        expect(got, 39, called=f"worker.run(look), after {moment}", hint=hint, belief="session_recovers_by_itself")
