"""Send shoppers to the store in six scenes, each of which waits for events: what they see tells the faults that are left."""

import json
from asyncio import AbstractEventLoop, Event, get_running_loop, run, run_coroutine_threadsafe
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import getpid
from threading import Event as Signal
from threading import Thread
from time import monotonic
from typing import Any

import l18_the_store as store
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from poolschool.checks import CallNote, Connections, Wrong, call, count_connections, database_url, expect, expect_type

pytestmark = pytest.mark.postgresql
SCHEMA = f"hour_{getpid()}"  # others may grade on the same server
GRANTED = 15  # connections of the database, for this store
LONGEST = 8.0  # seconds for what must come, on a busy machine
CALM = 1.5  # seconds in which nobody moves, until nobody is expected to
MANY = 12_000  # products: a price list longer than any buffer
SEARCH, LAMP, REVIEWS, PRICES, OPEN = "GET /products?q=lamp 0", "GET /products/lamp 00001", "GET /products/lamp 00001/reviews", "GET /prices.csv", "GET /open"  # fmt: skip
ORDER = "POST /orders?name=chair 0000"
FOUND = [{"name": f"lamp {number:05}", "price": 5 + number % 90} for number in range(0, 40, 4)]
TABLES = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.products (name text COLLATE "C" PRIMARY KEY, price int, stock int CHECK (stock >= 0));
CREATE TABLE {SCHEMA}.reviews (id int PRIMARY KEY, product text, review text);
CREATE TABLE {SCHEMA}.orders (id serial PRIMARY KEY, product text, total int, paid boolean);
INSERT INTO {SCHEMA}.products SELECT 'lamp ' || lpad((4 * n)::text, 5, '0'), 5 + 4 * n % 90, 9 FROM generate_series(0, {MANY}) n;
INSERT INTO {SCHEMA}.products SELECT 'chair ' || lpad(n::text, 5, '0'), 40, 1 FROM generate_series(0, 30) n;
INSERT INTO {SCHEMA}.products VALUES ('lamp 00001', 39, 9), ('chair sold', 40, 0);
INSERT INTO {SCHEMA}.reviews VALUES (1, 'lamp 00001', 'It shines.'), (2, 'lamp 00001', 'Warm.');
"""  # noqa: S608 - our own name
BACKENDS = f"FROM pg_stat_activity WHERE application_name = '{SCHEMA}'"


@dataclass
class Visit:
    """What one shopper sees; it reads `pieces` pieces of its answer and then no further, until it is told to go on."""

    request: str
    pieces: int = 10**9
    status: int = 0
    body: bytes = b""
    read: int = 0
    ended: bool = False
    problem: str = ""
    go_on: Event = field(default_factory=Event)
    stops: Signal = field(default_factory=Signal)  # it has read as far as it wants, or has its answer

    @property
    def saw(self) -> str:
        """Say it in words."""
        if self.problem:
            return f"500 Internal Server Error (the log says: {self.problem})"
        said = {200: "OK", 201: "ordered", 404: "not found", 409: "sold out", 503: "busy"}.get(self.status, "")
        return f"{self.status} {said}".strip() if self.status else "no answer"


class Shop:
    """The application in an event loop of its own thread, and clients that stand where a server stands."""

    def __init__(self, admin: Engine, seen: Connections) -> None:
        self.admin, self.seen, self.paid = admin, seen, list[int]()
        self.paying, self.may_pay = list[int](), Signal()
        self.may_pay.set()
        url = make_url(database_url()).update_query_dict({"options": f"-csearch_path={SCHEMA}", "application_name": SCHEMA})  # fmt: skip
        self.engine = call(store.make_engine, url.render_as_string(hide_password=False))
        expect_type(self.engine, Engine, called="make_engine(url)")
        self.app = call(store.create_app, self.engine, self.pay)
        expect_type(self.app, FastAPI, called="create_app(engine, pay)")
        self.visits, started = list[Visit](), Signal()
        self.loop: AbstractEventLoop

        async def main() -> None:
            self.loop, self.over = get_running_loop(), Event()
            self.threads = current_default_thread_limiter()
            async with self.app.router.lifespan_context(self.app):
                started.set()
                await self.over.wait()

        self.thread = Thread(target=lambda: run(main()), daemon=True)
        self.thread.start()
        started.wait(LONGEST)

    def pay(self, euros: int) -> None:
        """Be the payment service, which answers when it may."""
        self.paying.append(euros)
        self.may_pay.wait(4 * LONGEST)
        self.paid.append(euros)

    def send(self, request: str, pieces: int = 10**9) -> Visit:
        """Let a shopper come, and do not wait for the answer."""
        visit = Visit(request, pieces)
        self.visits.append(visit)
        visit.future = run_coroutine_threadsafe(self.serve(visit), self.loop)  # type: ignore[attr-defined]
        return visit

    def ask(self, request: str, pieces: int = 10**9) -> Visit:
        """Let a shopper come, and wait until it has read what it wants to read."""
        visit = self.send(request, pieces)
        visit.stops.wait(LONGEST)
        return visit

    async def serve(self, visit: Visit) -> None:
        """Hand a request to the application, as a server does, and its answer to the shopper."""
        method, path = visit.request.split(maxsplit=1)
        path, _, query = path.partition("?")
        asked = False

        async def receive() -> Any:
            nonlocal asked
            if asked:
                await Event().wait()  # the shopper stays
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            visit.status = message.get("status", visit.status)
            visit.body += message.get("body", b"")
            visit.read += bool(message.get("body"))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                visit.ended = True
                visit.stops.set()
            elif visit.read >= visit.pieces:
                visit.stops.set()
                await visit.go_on.wait()

        scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method, "scheme": "http",
                 "path": path, "raw_path": path.encode(), "query_string": query.replace(" ", "%20").encode(), "root_path": "", "headers": [(b"host", b"store")],
                 "client": ("shopper", 1), "server": ("store", 80)}  # fmt: skip
        try:
            await self.app(scope, receive, send)
        except Exception as problem:
            visit.problem = f"{type(problem).__name__}: {str(problem).splitlines()[0]}"[:160]
        visit.stops.set()

    def close(self) -> None:
        """Let all go on, and end the store."""
        self.may_pay.set()
        with suppress(RuntimeError):
            for visit in self.visits:
                self.loop.call_soon_threadsafe(visit.go_on.set)
            self.end_sessions()
            until = monotonic() + LONGEST / 2
            while not all(visit.stops.is_set() and visit.future.done() for visit in self.visits) and monotonic() < until:  # type: ignore[attr-defined]
                pause()
            self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(1)
        self.engine.dispose()
        self.end_sessions()

    def end_sessions(self) -> None:
        """End the store's sessions, as a restart of the database does."""
        with self.admin.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) {BACKENDS}"))

    def waiting_for_locks(self) -> int:
        """Count the store's sessions that wait for a lock."""
        with self.admin.connect() as connection:
            return connection.scalar(text(f"SELECT count(*) {BACKENDS} AND wait_event_type = 'Lock'")) or 0

    def sql(self, query: str) -> Any:
        """Ask the database beside the store."""
        with self.admin.connect() as connection:
            return connection.scalar(text(query))

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Lock a table inside the block."""
        with self.admin.connect() as connection:
            connection.execute(text(f"BEGIN; LOCK TABLE {SCHEMA}.{table} IN ACCESS EXCLUSIVE MODE"))
            try:
                yield
            finally:
                connection.execute(text("ROLLBACK"))

    def expect_answer(self, visit: Visit, meanwhile: str, hint: str, belief: str, status: int = 200, body: Any = None) -> None:
        """Raise Wrong unless a shopper saw what it should."""
        called = f"{visit.request}, {meanwhile}"
        if visit.status != status or visit.problem or not visit.stops.is_set():
            in_use = f"; {self.seen.not_returned} connections in use" if self.seen.not_returned else ""
            late = "" if visit.stops.is_set() else f" after {LONGEST:.0f} s"
            raise Wrong(called=called, got=f"{visit.saw}{late}{in_use}", expected=f"{status}, at once", hint=hint, belief=belief)
        if body is not None:
            CallNote.text = called
            expect(json.loads(visit.body), body, called=called, hint="The stub's query was right.")

    def expect_granted(self, called: str) -> None:
        """Raise Wrong if the store has opened more connections than it was granted, or keeps none."""
        if self.seen.most_open > GRANTED:
            raise Wrong(called=f"connections that the store opened, {called}", got=f"{self.seen.most_open} at the same time", expected=f"at most {GRANTED}, which the database grants",
                        hint="A larger pool hides what holds the connections until more shoppers come, and the database refuses the next service. Find what holds them.",
                        belief="bigger_pool_mends")  # fmt: skip


def pause() -> None:
    """Let the others work."""
    Signal().wait(0.005)


def await_until(condition: Callable[[], object], seconds: float = LONGEST) -> bool:
    """Wait until something is so; say whether it is."""
    until = monotonic() + seconds
    while not condition() and monotonic() < until:
        pause()
    return bool(condition())


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open a fresh store, whose connections are counted."""
    admin = create_engine(database_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    drop = text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    with admin.connect() as connection:
        connection.execute(drop)
        connection.execute(text(TABLES))
    try:
        with count_connections(keep_alive=True) as seen:
            shop = Shop(admin, seen)
            try:
                yield shop
            finally:
                shop.close()
    finally:
        with admin.connect() as connection:
            connection.execute(drop)


@pytest.mark.task(1, "The database was restarted", hint="What lies in a pool while the server restarts, and who looks at it? The lesson: Stale connections.")  # fmt: skip
def test_restart(shop: Shop) -> None:
    """After a restart nobody sees an error, and afterwards connections are used again, not opened for each shopper."""
    shop.expect_answer(shop.ask(SEARCH), "in a quiet minute", "As in the stub.", "", body=FOUND)
    shop.expect_answer(shop.ask(REVIEWS), "in a quiet minute", "As in the stub.", "", body=["It shines.", "Warm."])
    for again in ("the database was restarted", "it was restarted a second time"):
        shop.end_sessions()
        for request in (SEARCH, LAMP):
            shop.expect_answer(shop.ask(request), f"after {again}", "The pool gave the shopper a connection that the server had closed. It does not look, unless it is told to. The lesson: Stale connections.",
                               "pool_knows_server")  # fmt: skip
    opened = shop.seen.opened
    for _ in range(10):
        shop.ask(LAMP)
    expect(shop.seen.opened - opened, 0, called=f"connections opened by 10 × {LAMP}, one after the other",
           hint="A new connection for each shopper is never stale, and each shopper pays for opening it: several times a query. Keep the pool, and let it ask. The lesson: Why pooling.",
           belief="no_pool_no_trouble")  # fmt: skip


@pytest.mark.task(2, "The payment service was slow", hint="From when to when does a checkout have its connection? The lesson: Sessions and dependencies.")  # fmt: skip
def test_payment(shop: Shop) -> None:
    """While 15 shoppers pay, another one searches; each pays once, for an order that is written down, also when the database restarts."""
    shop.may_pay.clear()
    buyers = [shop.send(f"{ORDER}{number:x}") if number > 9 else shop.send(f"{ORDER}{number}") for number in range(10)]
    buyers += [shop.send(f"POST /orders?name=chair 000{number}") for number in range(10, GRANTED)]
    await_until(lambda: len(shop.paying) == GRANTED or any(buyer.stops.is_set() for buyer in buyers))
    meanwhile = f"while {len(shop.paying)} shoppers wait for the payment service"
    expect(len(shop.paying), GRANTED, called=f"payments under way, after {GRANTED} orders came at once", hint="Shoppers pay at the same time: a lock around the payment makes a queue of them.", belief="")  # fmt: skip
    held = "Each of them has a connection, and needs none: the order is written down and can be committed before the payment. The lesson: Sessions and dependencies."
    shop.expect_answer(shop.ask(SEARCH), meanwhile, held, "")
    expect(shop.seen.not_returned, 0, called=f"connections in use {meanwhile}", hint=held)
    written = shop.sql(f"SELECT count(*) FROM {SCHEMA}.orders WHERE NOT paid")
    expect(written, GRANTED, called=f"orders written down and unpaid, {meanwhile}", hint="If the store ends now, the money is gone and nobody knows for what. Write the order down and commit it before you ask for money.")  # fmt: skip
    shop.end_sessions()
    shop.may_pay.set()
    for buyer in buyers:
        buyer.stops.wait(LONGEST)
    shop.close_calls(buyers)
