"""Send shoppers to the store in six scenes, each of which waits for events: what they see tells the faults that are left."""

import json
from asyncio import AbstractEventLoop, Event, get_running_loop, run, run_coroutine_threadsafe
from collections.abc import Callable, Iterator
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
from psycopg import Connection, connect
from sqlalchemy import Engine, Pool, event, make_url

from poolschool.checks import CallNote, Connections, Wrong, call, count_connections, database_url, expect, expect_type

pytestmark = pytest.mark.postgresql
SCHEMA = f"hour_{getpid()}"  # others may grade on the same server
GRANTED = 15  # connections of the database, for this store
LONGEST = 6.0  # seconds for what must come, on a busy machine
CALM = 1.5  # seconds in which nobody moves, until nobody is expected to
MANY = 1_200  # products: a price list of a dozen pieces
SEARCH, LAMP, REVIEWS, PRICES, OPEN, ORDER = "GET /products?q=lamp 0", "GET /products/lamp 00004", "GET /products/lamp 00004/reviews", "GET /prices.csv", "GET /open", "POST /orders?name=lamp 00004"  # fmt: skip
FOUND = [{"name": f"lamp {number:05}", "price": 5 + number % 90} for number in range(0, 40, 4)]
TABLES = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.products (name text COLLATE "C" PRIMARY KEY, price int, stock int CHECK (stock >= 0));
CREATE TABLE {SCHEMA}.reviews (id int PRIMARY KEY, product text, review text);
CREATE TABLE {SCHEMA}.orders (id serial PRIMARY KEY, product text, total int, paid boolean);
INSERT INTO {SCHEMA}.products SELECT 'lamp ' || lpad((4 * n)::text, 5, '0'), 5 + 4 * n % 90, 9 FROM generate_series(0, {MANY}) n;
INSERT INTO {SCHEMA}.products SELECT 'chair ' || lpad(n::text, 5, '0'), 40, 1 FROM generate_series(0, 30) n;
INSERT INTO {SCHEMA}.products VALUES ('chair sold', 40, 0);
INSERT INTO {SCHEMA}.reviews VALUES (1, 'lamp 00004', 'It shines.'), (2, 'lamp 00004', 'Warm.');
"""  # noqa: S608 - our own name
WHOLE = f"SELECT string_agg(name || ',' || price || chr(10), '' ORDER BY name) FROM {SCHEMA}.products"  # noqa: S608
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
    future: Any = None
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

    def __init__(self, seen: Connections) -> None:
        self.seen, self.paid = seen, list[int]()
        self.paying, self.may_pay = list[int](), Signal()
        self.may_pay.set()
        # Again at each connect, for `connect_args` may bring options of their own in place of the address's.
        event.listen(Pool, "connect", self.find_tables)
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

    @staticmethod
    def find_tables(connection: Any, _: Any) -> None:
        """Let a new connection look for its tables in our schema."""
        connection.cursor().execute(f"SET search_path = {SCHEMA}")
        connection.commit()

    def pay(self, euros: int) -> None:
        """Be the payment service, which answers when it may."""
        self.paying.append(euros)
        self.may_pay.wait(4 * LONGEST)
        self.paid.append(euros)

    def send(self, request: str, pieces: int = 10**9) -> Visit:
        """Let a shopper come, and do not wait for the answer."""
        visit = Visit(request, pieces)
        self.visits.append(visit)
        visit.future = run_coroutine_threadsafe(self.serve(visit), self.loop)
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
        self.free_threads()
        with suppress(RuntimeError):
            for visit in self.visits:
                self.loop.call_soon_threadsafe(visit.go_on.set)
            self.end_sessions()
            until = monotonic() + LONGEST / 2
            while (
                not all(visit.stops.is_set() and visit.future.done() for visit in self.visits) and monotonic() < until
            ):
                pause()
            self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(1)
        self.engine.dispose()
        self.end_sessions()
        event.remove(Pool, "connect", self.find_tables)

    def rest(self) -> None:
        """Wait a moment for what comes after the answers: the end of dependencies, and what is done in the background."""
        await_until(lambda: all(visit.future.done() for visit in self.visits if visit.ended), 1)

    def be_patient(self) -> None:
        """Let nobody give up because the machine is busy, at any pool that was asked up to now."""
        for pool in list(self.seen._known):
            if getattr(pool, "_timeout", None):
                pool._timeout = 4 * LONGEST  # type: ignore[attr-defined] # no setting says so afterwards

    def free_threads(self) -> None:
        """Give threads to all who wait for one: it ends every circle of threads and connections."""
        self.loop.call_soon_threadsafe(setattr, self.threads, "total_tokens", 1000)

    def end_sessions(self) -> None:
        """End the store's sessions, as a restart of the database does."""
        self.sql(f"SELECT pg_terminate_backend(pid, 5000) {BACKENDS}")

    def waiting_for_locks(self) -> int:
        """Count the store's sessions that wait for a lock."""
        return int(self.sql(f"SELECT count(*) {BACKENDS} AND wait_event_type = 'Lock'"))

    def sql(self, query: str) -> Any:
        """Ask the database beside the store, and beside all pools."""
        with beside() as connection:
            result = connection.execute(query)
            row = result.fetchone() if result.description else None
            return row[0] if row else None

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Lock a table inside the block."""
        with beside() as connection, connection.transaction():
            connection.execute(f"LOCK TABLE {SCHEMA}.{table} IN ACCESS EXCLUSIVE MODE")
            yield

    def expect_answer(
        self, visit: Visit, meanwhile: str, hint: str, belief: str, status: int = 200, body: Any = None
    ) -> None:
        """Raise Wrong unless a shopper saw what it should."""
        called = f"{visit.request}, {meanwhile}"
        if visit.status != status or visit.problem or not visit.stops.is_set():
            in_use = f"; {self.seen.not_returned} connections in use" if self.seen.not_returned else ""
            late = "" if visit.stops.is_set() else f" after {LONGEST:.0f} s"
            raise Wrong(
                called=called, got=f"{visit.saw}{late}{in_use}", expected=f"{status}, at once", hint=hint, belief=belief
            )
        if body is not None:
            CallNote.text = called
            expect(json.loads(visit.body), body, called=called, hint="The stub's query was right.")

    def expect_returned(self, *, called: str, hint: str, belief: str = "") -> None:
        """Raise Wrong unless nothing is in use: a moment after an answer, for some dependencies end after it."""
        await_until(lambda: not self.seen.not_returned, 1)
        expect(self.seen.not_returned, 0, called=called, hint=hint, belief=belief)

    def expect_new_price(self, request: str) -> None:
        """Raise Wrong unless a price that was changed shows; whoever keeps answers may do so for a moment."""
        self.sql(f"UPDATE {SCHEMA}.products SET price = 9999 WHERE name = 'lamp 00000'")  # noqa: S608 - our own name
        if not await_until(lambda: b"9999" in self.ask(request).body, 2 * CALM):
            raise Wrong(called=f"{request}, {2 * CALM:g} s after a price was changed", got="the price of before", expected="the price that the product has",
                        hint="What is kept for ever is wrong from the first change on. The query is not the fault: ask again each time.")  # fmt: skip

    def expect_granted(self, called: str, belief: str = "") -> None:
        """Raise Wrong if the store has opened more connections than it was granted, or keeps none."""
        if self.seen.most_open > GRANTED:
            raise Wrong(called=f"connections that the store opened, {called}", got=f"{self.seen.most_open} at the same time", expected=f"at most {GRANTED}, which the database grants",
                        hint="A larger pool hides what holds the connections until more shoppers come, and the database refuses the next service. Find what holds them.",
                        belief=belief)  # fmt: skip


def beside() -> Connection[Any]:
    """Connect without a pool."""
    return connect(
        make_url(database_url()).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )


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
    drop = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
    with beside() as connection:
        connection.execute(drop)
        connection.execute(TABLES)
    try:
        with count_connections(keep_alive=True) as seen:
            shop = Shop(seen)
            try:
                yield shop
            finally:
                shop.close()
    finally:
        with beside() as connection:
            connection.execute(drop)


@pytest.mark.task(1, "The database was restarted", seconds=30, hint="What lies in a pool while the server restarts, and who looks at it? The lesson: Stale connections.")  # fmt: skip
def test_restart(shop: Shop) -> None:
    """After a restart nobody sees an error, and afterwards connections are used again, not opened for each shopper."""
    shop.expect_answer(shop.ask(SEARCH), "in a quiet minute", "As in the stub.", "", body=FOUND)
    shop.rest()
    shop.expect_answer(shop.ask(REVIEWS), "in a quiet minute", "As in the stub.", "", body=["It shines.", "Warm."])
    visits = list[Visit]()
    for request in (LAMP, REVIEWS, SEARCH, PRICES, ORDER):
        shop.rest()  # so the pool has one connection, and no empty place beside it
        shop.ask(SEARCH)
        shop.rest()
        shop.end_sessions()
        visits.append(shop.ask(request))
    hint, belief = (
        ("This page does not survive it, and others do: a try again on each page is forgotten on the next, and an order may be placed twice. Let the pool look. The lesson: Stale connections.", "retry_every_error")
        if any(visit.status in (200, 201) and not visit.problem for visit in visits) else
        ("The pool gave the shopper a connection that the server had closed. It does not look, unless it is told to. The lesson: Stale connections.", "pool_knows_the_server")
    )  # fmt: skip
    for visit in visits:
        status = 201 if visit.request == ORDER else 200
        shop.expect_answer(visit, "after the database was restarted", hint, belief, status)
    shop.rest()
    opened = shop.seen.opened
    for _ in range(10):
        shop.ask(LAMP)
        shop.rest()
    expect(shop.seen.opened - opened, 0, called=f"connections opened by 10 × {LAMP}, one after the other",
           hint="A new connection for each shopper is never stale, and each shopper pays for opening it: several times a query. Keep the pool, and let it ask. The lesson: Why pooling.",
           belief="connecting_is_free")  # fmt: skip


@pytest.mark.task(2, "The payment service was slow", hint="From when to when does a checkout have its connection? The lesson: Sessions and dependencies.")  # fmt: skip
def test_payment(shop: Shop) -> None:
    """While 15 shoppers pay, another one searches; each pays once, for an order that is written down before and paid afterwards."""
    orders = f"SELECT count(*) FROM {SCHEMA}.orders WHERE paid ="  # noqa: S608
    shop.may_pay.clear()
    buyers = [shop.send(f"POST /orders?name=chair {number:05}") for number in range(GRANTED)]
    settle(shop, buyers, 2 * CALM, lambda: len(shop.paying) == GRANTED or any(buyer.stops.is_set() for buyer in buyers))
    if len(shop.paying) < GRANTED:
        settle(shop, buyers, CALM / 3)  # those who have an answer before they have paid
        early = [buyer for buyer in buyers if buyer.status == 201]
        if early:
            raise Wrong(called=f"{GRANTED} orders at once, while the payment service takes its time", got=f"{len(early)} × 201 ordered, {len(shop.paid)} paid", expected="an answer when the payment is made",
                        hint="The answer went out before the payment was made: who is told of an order that cannot be paid?")  # fmt: skip
        others = next((buyer.saw for buyer in buyers if buyer.stops.is_set()), "the others wait")
        raise Wrong(called=f"{GRANTED} orders at once, of {GRANTED} chairs", got=f"{len(shop.paying)} shoppers pay; {others}", expected=f"{GRANTED} shoppers pay at the same time",
                    hint="What takes long in somebody else's service is no reason to let the others queue.")  # fmt: skip
    meanwhile = f"while {GRANTED} shoppers wait for the payment service"
    held = "Whoever pays has a connection, and needs none. The order can be written down and committed before. The lesson: Sessions and dependencies."
    another = shop.ask(SEARCH)
    if not another.stops.is_set() and not shop.seen.not_returned:
        now = shop.threads.statistics()
        raise Wrong(called=f"{SEARCH}, {meanwhile}", got=f"{another.saw} after {LONGEST:.0f} s; no connections in use, {now.borrowed_tokens} of {now.total_tokens:g} threads taken", expected="200, at once",
                    hint="It is not the pool: whoever pays keeps a thread, and there are no more. Leave the others some. The lesson: Threads and the cliff.", belief="fewer_threads")  # fmt: skip
    shop.expect_answer(another, meanwhile, held, "session_is_a_connection")
    shop.expect_returned(called=f"connections in use {meanwhile}", hint=held, belief="session_is_a_connection")
    expect(shop.sql(f"{orders} false"), GRANTED, called=f"orders that are written down, and unpaid, {meanwhile}",
           hint="If the store ends now, money was taken and nobody knows for what. Commit the order first, then ask for the money.")  # fmt: skip
    shop.may_pay.set()
    for buyer in buyers:
        buyer.stops.wait(LONGEST)
        shop.expect_answer(buyer, "when the payment is made", "The shopper has paid.", "", 201)
    sold_out = shop.ask("POST /orders?name=chair sold")
    shop.expect_answer(sold_out, "of which none is left", "As in the stub.", "", 409)
    expect(sorted(shop.paid), [40] * GRANTED, called="payments, after 15 orders and one of a product that is sold out", hint="Each order is paid once, and what is sold out is not paid.")  # fmt: skip
    expect((shop.sql(f"{orders} true"), shop.sql(f"{orders} false")), (GRANTED, 0), called="orders that are paid, and not paid", hint="Note it when the payment is made.")  # fmt: skip
    shop.expect_returned(called="connections in use, when all have their receipts", hint="Every way out returns it. The lesson: Leaks.", belief="request_end_closes")  # fmt: skip
    shop.expect_granted("for the orders")


@pytest.mark.task(3, "A dead link", hint="Which way out of a page does not return its connection? The lesson: Leaks.")
def test_dead_link(shop: Shop) -> None:
    """Sixteen shoppers follow a dead link, one after the other; nothing is in use then, nor after an error of the database."""
    leak = "Nobody is in the store, and yet they are in use: a page that ends with an error has not returned its connection. The lesson: Leaks."
    for number in range(1, GRANTED + 2):
        shop.expect_answer(
            shop.ask("GET /products/unicorn"),
            f"the {number}th time, one after the other",
            leak,
            "request_end_closes",
            404,
        )
    shop.expect_answer(
        shop.ask(LAMP),
        f"after {GRANTED + 1} dead links",
        leak,
        "request_end_closes",
        body={"name": "lamp 00004", "price": 9},
    )
    shop.expect_returned(called=f"connections in use, after {GRANTED + 1} dead links", belief="bigger_pool_mends",
           hint="No shopper sees it yet: there is still room. The next dead link takes the next one. The lesson: Leaks.")  # fmt: skip
    shop.sql(f"ALTER TABLE {SCHEMA}.products RENAME TO goods")
    shop.ask(LAMP)
    shop.sql(f"ALTER TABLE {SCHEMA}.goods RENAME TO products")
    shop.expect_returned(called=f"connections in use, after {LAMP} ended with an error of the database", belief="every_call_leaks",
           hint="Not only a dead link ends a page early. `with` returns on every way out. The lesson: Leaks.")  # fmt: skip
    shop.expect_granted("for dead links", "bigger_pool_mends")


@pytest.mark.task(
    4,
    "The price list",
    seconds=60,
    hint="Until when does a stream have its connection? The lesson: Streaming and sockets.",
)
def test_price_list(shop: Shop) -> None:
    """While 15 partners have read the first lines of the price list, another shopper searches; each gets the whole list.

    Row by row the lists are 18,000 pieces, each of which may take its turn in a thread: as long as more comes, it waits.
    """
    slow = "It keeps its connection until its reader has read it. Take one for each batch and return it before the `yield`. The lesson: Streaming and sockets."
    readers = []
    for number in range(1, GRANTED + 1):
        readers.append(shop.ask(PRICES, pieces=1))
        shop.expect_answer(readers[-1], f"for partner {number}, while {number - 1} others read theirs slowly", slow if number == 1 or readers[-1].stops.is_set() else
                           "Partners read at the same time: who comes next does not wait until the one before has read all.", "over_at_return")  # fmt: skip
    meanwhile = f"while {GRANTED} partners read the price list slowly"
    shop.expect_answer(shop.ask(SEARCH), meanwhile, slow, "over_at_return")
    shop.expect_returned(called=f"connections in use {meanwhile}", hint=slow, belief="over_at_return")
    for reader in readers:
        reader.stops.clear()
        shop.loop.call_soon_threadsafe(reader.go_on.set)
    whole = shop.sql(WHOLE)
    for reader in readers:
        read = -1
        while len(reader.body) > read and not (reader.ended or reader.problem):  # as long as there is more of it
            read = len(reader.body)
            await_until(lambda reader=reader: reader.ended or reader.problem)
        got = f"{reader.body.count(10)} lines{', then ' + reader.saw if reader.problem else ''}"
        if reader.body.decode() != whole:
            raise Wrong(called=f"the whole answer of {PRICES}", got=got, expected=f"{whole.count(chr(10))} lines, sorted by name, each once",
                        hint="The next batch begins after the last name of the one before, and ORDER BY says what comes next.")  # fmt: skip
    shop.expect_returned(called="connections in use, when all have read it", hint="A session that is closed begins anew with its next query, and nobody closes it then. The lesson: Streaming and sockets.", belief="function_scope_frees_streams")  # fmt: skip
    shop.expect_new_price(PRICES)
    shop.expect_granted("for partners who read")


@pytest.mark.task(5, "The reviews were locked", hint="Which thread waits for the database, and for whom else does it work? The lesson: The async engine.")  # fmt: skip
def test_locked_reviews(shop: Shop) -> None:
    """While two requests wait for the reviews, the page that says that the store is open answers; then they are answered."""
    with shop.locked("reviews"):
        waiting = [shop.send(REVIEWS) for _ in range(2)]
        for expected, seconds in (
            (1, LONGEST),
            (len(waiting), LONGEST / 4),
        ):  # a loop that waits lets no second one come
            await_until(
                lambda expected=expected: (
                    shop.waiting_for_locks() >= expected or all(each.stops.is_set() for each in waiting)
                ),
                seconds,
            )
        page = shop.send(OPEN)
        page.stops.wait(LONGEST / 2)
        both = shop.waiting_for_locks()
    if not page.stops.is_set() or page.status != 200:
        raise Wrong(called=f"{OPEN}, while a request waits for the table of the reviews", got=page.saw, expected="200, at once", belief="sync_call_is_short",
                    hint="It needs no database: the event loop itself waits, and with it all shoppers. Who waits in `async def` with a driver that blocks? The lesson: The async engine.")  # fmt: skip
    for each in waiting:
        each.stops.wait(LONGEST)
        shop.expect_answer(
            each,
            "when the table is free again",
            "The migration takes some seconds: it is worth waiting for.",
            "",
            body=["It shines.", "Warm."],
        )
    expect(both, len(waiting), called=f"requests that wait for the database, after {len(waiting)} × {REVIEWS}", hint="They wait side by side: with a lock, or one thread for all, each waits for the one before.")  # fmt: skip
    shop.expect_returned(
        called=f"connections in use after {REVIEWS}",
        hint="Every way out returns it. The lesson: Leaks.",
        belief="request_end_closes",
    )
    shop.expect_granted("for reviews")


@pytest.mark.task(6, "The rush", hint="Who has a connection and waits for a thread, and who has a thread and waits for a connection? The lesson: Threads and the cliff.")  # fmt: skip
def test_rush(shop: Shop) -> None:
    """More shoppers search than there are threads, while the products are locked; when they are free, all are answered, and all who come next."""
    shop.ask(OPEN)
    shop.ask(SEARCH)
    shop.be_patient()
    number = min(int(shop.threads.total_tokens), 300) + 4 * GRANTED
    with shop.locked("products"):
        crowd = [shop.send(SEARCH) for _ in range(number)]
        settle(shop, crowd, CALM / 3)
        early = [visit for visit in crowd if visit.stops.is_set() and visit.status != 200]
    called = f"{number} × {SEARCH} at once, while the products are locked for a moment"
    for visit in early:
        shop.expect_answer(
            visit,
            f"in a rush of {number}",
            "Who finds no room may be refused with 503, and with nothing else.",
            "every_error_is_busy",
            503,
        )
    settle(shop, crowd, CALM)
    pending = [visit for visit in crowd if not visit.stops.is_set()]
    if pending:
        now = shop.threads.statistics()
        got = f"{number - len(pending)} answered, then nobody: {now.borrowed_tokens} of {now.total_tokens:g} threads are taken, {shop.seen.not_returned} connections are in use, and the database has nothing to do"
        shop.free_threads()
        raise Wrong(called=called, got=got, expected="all answered, when the lock is gone", belief="tutorial_scales",
                    hint="Requests with a connection wait for a thread, to have their answer checked; all threads wait for a connection. The lesson: Threads and the cliff.")  # fmt: skip
    refused = sum(visit.status == 503 for visit in crowd)
    if refused > number - 3 * GRANTED:
        raise Wrong(called=called, got=f"{refused} × 503", expected=f"at least {3 * GRANTED} answered", hint="Let some wait: a moment later there is room.")  # fmt: skip
    for visit in crowd:
        if visit.status != 503:
            shop.expect_answer(visit, "when the lock is gone", "All who were not refused are answered.", "", body=FOUND)
    again = [shop.send(SEARCH) for _ in range(3 * GRANTED)]
    settle(shop, again, CALM)
    for visit in again:
        shop.expect_answer(
            visit, "after the rush", "The rush is over: nobody of it counts any more.", "recovers_by_itself", body=FOUND
        )
    shop.expect_new_price(SEARCH)
    shop.expect_granted("in the rush", "pool_as_large_as_threads")


def settle(shop: Shop, visits: list[Visit], calm: float, enough: Callable[[], bool] = lambda: False) -> None:
    """Wait until all have their answers, or it is enough, or nothing has moved for so many seconds."""
    last, since, until = None, monotonic(), monotonic() + 4 * LONGEST
    while not all(visit.stops.is_set() for visit in visits) and not enough() and monotonic() < until:
        now = (sum(visit.stops.is_set() for visit in visits), shop.threads.borrowed_tokens, shop.seen.checkouts, shop.seen.checkins)  # fmt: skip
        if now != last:
            last, since = now, monotonic()
        if monotonic() - since > calm:
            return
        pause()
