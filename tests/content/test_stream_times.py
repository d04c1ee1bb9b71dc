"""Until when a stream, a socket or a task holds its connection: asked of the real FastAPI, served by uvicorn, on PostgreSQL.

The lesson's table is written by hand and compared.
"""

import asyncio
import gc
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from threading import Event
from typing import Any

from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
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
        self.leaves, self.working, self.gone = False, Event(), Event()
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
        with SlowReader(port, f"/{way}/{'stream' if row == 'gone' else row}") as reader:
            if row == "events":
                wait_for(lambda: store.pieces > 2)
            if row == "gone":
                assert store.working.wait(10)
            if row in ("stream", "awaited"):
                wait_for(lambda: store.pieces > 0 and stands_still(store))
                assert store.pieces < MANY / PIECE  # it is the reader for whom it waits
            if row not in ("events", "gone", "awaited"):
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


def test_the_loop_closes_an_async_generator() -> None:
    """A client leaves a stream of an `async def`, whose block is around everything: the connection is returned."""
    with open_store() as (store, port):
        assert ask(store, port, "cursor", "awaited") == ({1}, 0)


def test_the_lessons_table_says_what_fastapi_does() -> None:
    """Each cell of the table “what holds the connection, until when” is what was measured."""
    table = re.search(
        r"^\| what happens \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert table
    said = [[cell.strip() for cell in row.strip("|").split("|")][1:] for row in table[1].splitlines()]
    assert said == list(measure().values())
