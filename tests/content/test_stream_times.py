"""Until when a stream, a socket or a task holds its connection: asked of the real FastAPI, served by uvicorn, on PostgreSQL.

The lesson's table is written by hand and compared; what its sentences say beyond it follows.
"""

import asyncio
import gc
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import IncompleteRead
from importlib.metadata import version
from inspect import signature
from os import getpid
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import StreamingResponse
from packaging.version import Version
from slow_reader import SlowReader, serve
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session
from starlette.websockets import WebSocketDisconnect
from websockets.sync.client import connect

from poolschool.database.running import running_url

PAGE = Path(__file__).parents[2] / "docs/p3_breaks/l12_streaming_and_sockets.md"
HAS_SCOPE = "scope" in signature(Depends).parameters
WAYS = ("request", "function", "cursor", "own")  # in the order of the table's columns
MANY, PIECE = 10_000, 50
ORDERS = "SELECT n, repeat('x', 80) FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n ORDER BY n"
# Each row of the table: what happens, and the words for a connection that is held while the client does nothing.
HELD = {
    "answer": "until the server has it",
    "stream": "until the last piece is sent",
    "events": "until the client is gone",
    "socket": "until the socket is closed",
    "task": "until the task is done",
    "gone": "until the server notices",
}


def orders(session: Session, first: int = 1, last: int = MANY, **options: Any) -> Any:
    """Ask for the orders from one number to another."""
    return session.execute(text(ORDERS).execution_options(**options), {"first": first, "last": last})


def as_text(rows: Any) -> str:
    """Give orders as lines of a piece."""
    return "".join(f"{number} {what}\n" for number, what in rows)


class Store:
    """A store with each endpoint in each way; `quiet` holds what was in use when a piece went out or nobody said anything."""

    def __init__(self) -> None:
        self.engine = create_engine(running_url(), pool_size=30)
        self.loans: list[Any] = []  # kept, so that none is returned because Python freed it
        event.listen(self.engine, "checkout", lambda _, __, loan: self.loans.append(loan))
        self.app = FastAPI()
        self.before, self.quiet, self.pieces, self.over = 0, set[int](), 0, False
        self.leaves, self.working, self.gone, self.slow = False, Event(), Event(), 0.0
        for way in WAYS:
            self.add(way)

    @property
    def in_use(self) -> int:
        return int(self.engine.pool.checkedout()) - self.before  # type: ignore[attr-defined]

    def block(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def nothing(self) -> None: ...

    def as_piece(self, rows: Any) -> str:
        """Give orders as a piece."""
        self.wait_until_gone(rows[0][0])
        return as_text(rows)

    def wait_until_gone(self, first: int) -> None:
        """Work on the third piece until the client is gone, if that is what is played."""
        if self.leaves and first > 2 * PIECE:
            self.working.set()
            self.gone.wait(10)

    def add(self, way: str) -> None:
        needs = {
            "request": lambda: Depends(self.block),
            "function": lambda: Depends(self.block, scope="function"),
        }.get(way, lambda: Depends(self.nothing))()
        own = way == "own"

        def ask(session: Session | None) -> None:
            """Ask once: with the session given, or with one of its own."""
            if session:
                session.scalar(text("SELECT 1"))
                return
            with Session(self.engine) as one:
                one.scalar(text("SELECT 1"))

        def pieces(session: Session | None) -> Iterator[str]:
            """Give the orders piece by piece: of one session, or of one for each batch."""
            if own:
                for first in range(1, MANY, PIECE):
                    with Session(self.engine) as one:
                        batch = orders(one, first, first + PIECE - 1).all()
                        self.wait_until_gone(first)
                    yield as_text(batch)
            elif session:
                yield from map(self.as_piece, orders(session).partitions(PIECE))
            else:
                with Session(self.engine) as one:
                    yield from map(self.as_piece, orders(one, yield_per=PIECE).partitions(PIECE))

        async def awaited(session: Session | None) -> Any:
            """Give the same from an `async def`, which waits between two pieces."""
            with Session(self.engine) as one:
                for part in orders(one, yield_per=PIECE).partitions(PIECE):
                    yield as_text(part)
                    await asyncio.sleep(0)

        async def unawaited(session: Session | None) -> Any:
            """Give pieces without end, from an `async def` that waits for nothing itself."""
            with Session(self.engine) as one:
                while True:
                    one.scalar(text("SELECT 1"))
                    yield "1\n"

        async def events(session: Session | None) -> Any:
            """Send an event now and then, until the client is gone."""
            with Session(self.engine) as kept:  # takes a connection only when asked
                while True:
                    ask(kept if way == "cursor" else session)
                    yield "data: 1\n\n"
                    await asyncio.sleep(0.02)
                    self.quiet.add(self.in_use)

        @self.app.get(f"/{way}/answer")
        def answer(session: Any = needs) -> list[str]:
            if session:
                return [what for _, what in orders(session)]
            with Session(self.engine) as one:
                return [what for _, what in orders(one)]

        @self.app.get(f"/{way}/stream")
        def stream(session: Any = needs) -> StreamingResponse:
            ask(session)
            return StreamingResponse(pieces(session))

        @self.app.get(f"/{way}/awaited")
        def stream_awaited(session: Any = needs) -> StreamingResponse:
            return StreamingResponse(awaited(session))

        @self.app.get(f"/{way}/unawaited")
        def stream_unawaited(session: Any = needs) -> StreamingResponse:
            return StreamingResponse(unawaited(session))

        @self.app.get(f"/{way}/events")
        def send_events(session: Any = needs) -> StreamingResponse:
            ask(session)
            return StreamingResponse(events(session), media_type="text/event-stream")

        @self.app.websocket(f"/{way}/socket")
        async def talk(socket: WebSocket, session: Any = needs) -> None:
            await socket.accept()
            with Session(self.engine) as kept:
                try:
                    while True:
                        await socket.receive_text()
                        ask(kept if way == "cursor" else session)
                        await socket.send_text("1")
                except WebSocketDisconnect:
                    pass

        @self.app.get(f"/{way}/task")
        def with_task(tasks: BackgroundTasks, session: Any = needs) -> None:
            ask(session)
            tasks.add_task(task, session)

        def task(session: Session | None) -> None:
            with Session(self.engine) as kept:
                ask(kept if way == "cursor" else session)
                self.quiet.add(self.in_use)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def look(message: Any) -> None:
            if message["type"] == "http.response.body" and message.get("more_body"):
                self.pieces += 1
                self.quiet.add(self.in_use)
            elif message["type"] == "http.response.body" and scope["path"].endswith("/answer"):
                self.quiet.add(self.in_use)
            await send(message)
            if self.slow:  # a server waits here for the reader
                await asyncio.sleep(self.slow)

        async def listen() -> Any:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
            return message

        try:
            await self.app(scope, listen, look)
        finally:
            self.over = True


def wait_for(happens: Callable[[], bool]) -> None:
    """Wait until it happens; raise after 10 s."""
    ends = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < ends
        time.sleep(0.005)


def stands_still(store: Store) -> bool:
    """Say whether the server has sent nothing for a moment: it waits for its reader."""
    before = store.pieces
    time.sleep(0.1)
    return store.pieces == before


def ask(store: Store, port: int, way: str, row: str) -> tuple[set[int], int]:
    """Play one row; give what was in use while nothing was asked, and what is left."""
    store.before, store.quiet, store.pieces, store.over = store.before + store.in_use, set(), 0, False
    store.leaves = row == "gone"
    store.working.clear(), store.gone.clear()
    if row == "socket":
        with connect(f"ws://127.0.0.1:{port}/{way}/socket", proxy=None) as socket:
            for _ in range(2):
                socket.send("how many?")
                assert socket.recv(timeout=10) == "1"
                time.sleep(0.02)
                store.quiet.add(store.in_use)
    else:
        with SlowReader(port, f"/{way}/{'stream' if row in ('gone', 'left') else row}") as reader:
            if row in ("events", "unawaited"):
                wait_for(lambda: store.pieces > 2)
            if row == "gone":
                assert store.working.wait(10)
            if row in ("stream", "awaited", "left"):
                wait_for(lambda: store.pieces > 0 and stands_still(store))
                assert store.pieces < MANY / PIECE  # it is the reader for whom it waits
            if row not in ("events", "gone", "awaited", "left", "unawaited"):
                reader.answer.read()
    wait_for(lambda: store.over)
    quiet, ends = store.quiet, time.monotonic() + 0.5
    while store.in_use and time.monotonic() < ends:  # a generator ends a moment after its response
        time.sleep(0.005)
    return quiet, store.in_use


def in_words(row: str, way: str, quiet: set[int], left: int) -> str:
    """Say it in the words of the lesson's table."""
    if left:
        return "not returned"
    if 1 not in quiet:
        return "while it asks" if row != "answer" or way in ("cursor", "own") else "until the endpoint returns"
    return HELD[row]


@contextmanager
def open_store() -> Iterator[tuple[Store, int]]:
    """Serve a store while the collector is off; give it and its port."""
    store = Store()
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a cursor that was left says so when it is found
        try:
            with serve(store, websockets=True) as port:
                yield store, port
        finally:
            gc.enable()
            for loan in store.loans:
                if loan.is_valid:
                    loan.invalidate()
            store.loans.clear()
            store.engine.dispose()
            gc.collect()


def measure() -> dict[str, list[str]]:
    """Ask for each row in each way."""
    with open_store() as (store, port):
        return {row: [in_words(row, way, *ask(store, port, way, row)) for way in WAYS] for row in HELD}


def test_an_async_generator_ends_at_its_own_await() -> None:
    """A client leaves a stream of an `async def`, whose block is around everything: the connection is returned if it waits itself."""
    with open_store() as (store, port):
        assert ask(store, port, "cursor", "awaited") == ({1}, 0)
        store.slow = 0.02
        assert ask(store, port, "cursor", "unawaited") == ({1}, 1)
        gc.collect()
        wait_for(lambda: not store.engine.pool.checkedout())  # type: ignore[attr-defined]


def test_a_block_stays_open_between_two_pieces_too() -> None:
    """A client leaves while a piece waits to be sent: the block of a `def` generator stays open, and a block for each batch holds nothing."""
    with open_store() as (store, port):
        assert ask(store, port, "own", "left") == ({0}, 0)
        assert ask(store, port, "cursor", "left") == ({1}, 1)


def test_the_lessons_table_says_what_fastapi_does() -> None:
    """Each cell of the table “what holds the connection, until when” is what was measured."""
    table = re.search(
        r"^\| what happens \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert table
    said = [[cell.strip() for cell in row.strip("|").split("|")][1:] for row in table[1].splitlines()]
    assert said == list(measure().values())


MASKS = pytest.mark.skipif(
    Version(version("starlette")) < Version("0.46"), reason="what older versions of Starlette do is not taught"
)


async def passes_on(request: Any, call_next: Any) -> Any:
    """Do nothing, as middleware."""
    return await call_next(request)


@MASKS
def test_middleware_holds_a_plain_answers_session_until_it_is_read() -> None:
    """Behind @app.middleware("http"), and only there, the request's session is open while a plain answer is read slowly."""
    with open_store() as (store, port), SlowReader(port, "/request/answer") as reader:
        wait_for(lambda: store.in_use == 0)
        reader.answer.read()
    with open_store() as (store, port):
        store.app.middleware("http")(passes_on)
        with SlowReader(port, "/request/answer") as reader:
            for _ in range(10):
                time.sleep(0.05)
                assert store.in_use == 1
            reader.answer.read()
            wait_for(lambda: store.in_use == 0)


def broken_store() -> FastAPI:
    """Give a store whose streams raise, after two pieces and before the first."""
    store = FastAPI()

    def fails(pieces: int) -> Iterator[str]:
        yield from ["1\n", "2\n"][:pieces]
        raise ConnectionError

    @store.get("/{pieces}")
    def stream(pieces: int) -> StreamingResponse:
        return StreamingResponse(fails(pieces))

    return store


class OldReader(SlowReader):
    """A client that speaks HTTP/1.0, as some proxies do."""

    _http_vsn, _http_vsn_str = 10, "HTTP/1.0"


def read(app: FastAPI, path: str, reader: type[SlowReader] = SlowReader, **how: Any) -> tuple[int, bytes, bool]:
    """Read an answer; give its status, its bytes, and whether it has a proper end."""
    with serve(app, **how) as port, reader(port, path) as client:
        try:
            return client.answer.status, client.answer.read(), True
        except IncompleteRead as cut:
            return client.answer.status, cut.partial, False


def test_an_error_in_mid_stream_cuts_the_answer_short() -> None:
    """The status is sent before the first piece is asked for; an error leaves the mark of the end out, behind ASGI middleware too."""
    store = broken_store()
    assert read(store, "/0") == (200, b"", False)
    assert read(store, "/2") == (200, b"1\n2\n", False)
    store = broken_store()
    store.add_middleware(CORSMiddleware, allow_origins=["*"])
    store.add_middleware(GZipMiddleware)
    assert read(store, "/2") == (200, b"1\n2\n", False)


def test_the_old_http_has_no_mark_of_the_end() -> None:
    """Over HTTP/1.0 an answer that was cut short looks whole."""
    assert read(broken_store(), "/2", OldReader, http="h11") == (200, b"1\n2\n", True)


@MASKS
def test_middleware_hides_an_error_in_mid_stream() -> None:
    """@app.middleware("http") ends an answer properly, and raises afterwards."""
    store = broken_store()
    store.middleware("http")(passes_on)
    assert read(store, "/2") == (200, b"1\n2\n", True)


@pytest.fixture
def schema() -> Iterator[Any]:
    """Give an engine whose tables are this test's own."""
    name = f"streams_of_{getpid()}"
    engine = create_engine(running_url(), connect_args={"options": f"-c search_path={name}"})
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


def test_a_number_is_older_than_its_commit(schema: Any) -> None:
    """An order of an open transaction has its number: below the highest that is there, and in no batch that was read before."""
    place = text("INSERT INTO orders DEFAULT VALUES RETURNING id")
    numbers = text("SELECT id FROM orders ORDER BY id")
    with schema.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"))
    with schema.connect() as slow, schema.begin() as quick:
        assert (slow.scalar(place), quick.scalar(place)) == (1, 2)
        quick.commit()
        with schema.connect() as reader:
            assert reader.scalars(numbers).all() == [2]
            slow.commit()
            assert reader.scalars(numbers).all() == [1, 2]


@pytest.mark.parametrize(("level", "total"), [("READ COMMITTED", 200), ("REPEATABLE READ", 100)])
def test_one_transaction_may_see_two_moments(schema: Any, level: str, total: int) -> None:
    """A 100 moves from one account to another between two statements: READ COMMITTED counts it twice."""
    amount = text("SELECT amount FROM accounts WHERE id = :id")
    with schema.begin() as connection:
        connection.execute(text("CREATE TABLE accounts (id INT, amount INT)"))
        connection.execute(text("INSERT INTO accounts VALUES (1, 100), (2, 0)"))
    with schema.connect().execution_options(isolation_level=level) as reader:
        first = reader.scalar(amount, {"id": 1})
        with schema.begin() as other:
            other.execute(text("UPDATE accounts SET amount = 100 - amount"))
        assert first + reader.scalar(amount, {"id": 2}) == total


def test_a_key_that_is_null_is_in_no_batch(schema: Any) -> None:
    """By `(placed, id) > (…)` an order that was never placed is left out."""
    after = text("SELECT id FROM orders WHERE (placed, id) > (0, 0) ORDER BY placed, id")
    with schema.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INT, placed INT)"))
        connection.execute(text("INSERT INTO orders VALUES (1, 5), (2, NULL), (3, 6)"))
        assert connection.scalars(after).all() == [1, 3]


def test_a_batch_is_three_round_trips(schema: Any, tmp_path: Path) -> None:
    """A session for each batch sends BEGIN, the SELECT and ROLLBACK, as libpq says."""
    with schema.connect() as connection:
        libpq = connection.connection.driver_connection.pgconn
    with (tmp_path / "trace").open("w") as trace:
        libpq.trace(trace.fileno())
        for _ in range(2):
            with Session(schema) as session:
                session.scalars(text("SELECT 1")).all()
        libpq.untrace()
    sent = re.findall(r'\tF\t\d+\tQuery\t "(\w+)', (tmp_path / "trace").read_text(encoding="utf-8"))
    assert sent == ["BEGIN", "SELECT", "ROLLBACK"] * 2


def test_a_cursor_gives_its_first_row_sooner(schema: Any) -> None:
    """With yield_per the first row is there before all are: the better of three times each."""
    many = text("SELECT generate_series(1, 100000), repeat('x', 80)")

    def first_row(**options: Any) -> float:
        with schema.connect() as connection:
            begins = time.perf_counter()
            connection.execute(many, execution_options=options).first()
            return time.perf_counter() - begins

    assert min(first_row(yield_per=PIECE) for _ in range(3)) < min(first_row() for _ in range(3)) / 2
