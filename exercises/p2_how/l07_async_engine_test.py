"""Fix an async store: its event loop goes on, tasks share nothing, nothing is loaded late, no time-out costs a connection."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread, get_ident
from time import monotonic
from types import SimpleNamespace
from typing import Any

import httpx
import l07_async_engine as store
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, Pool, event

from poolschool.checks import CallNote, Connections, Wrong, call, count_connections, expect, expect_type

CROWD = 6  # requests at once: one more than a pool has connections
WAIT = 2.0  # seconds until a ping counts as not answered
LONGEST = 5.0  # seconds for what must come
POOLS = {f"{kind}QueuePool, pool_size 5, max_overflow 0" for kind in ("", "AsyncAdapted")}
PATIENCE = 0.1  # seconds: the stub's, cut short
CHAIR, LAMPS = "GET /products/chair", "GET /search?q=lamp"
ORDER = {"shopper": "ann", "products": ["chair", "desk lamp"]}


class Database:
    """The store's file. While it is stuck, every query of the store's pools stands still, in the thread that runs it."""

    def __init__(self, file: Path, seen: Connections) -> None:
        self.file, self.seen, self.url = file, seen, f"sqlite+aiosqlite:///{file}"
        self.opened, self.threads, self.in_pools = list[Any](), set[int](), set[Any]()
        self.rival, self.in_threads = False, set[object]()
        self.users, self.shared = dict[int, object](), False
        self.reached, self.free = 0, Event()
        self.free.set()

    def sql(self, statement: str, timeout: float = 5) -> list[Any]:
        """Run SQL beside the store's engines."""
        with closing(sqlite3.connect(self.file, timeout=timeout)) as database, database:
            return database.execute(statement).fetchall()

    @contextmanager
    def stuck(self) -> Iterator[None]:
        """Let nothing that is asked of the database end inside the block."""
        self.reached = 0
        self.threads.clear()
        self.free.clear()
        try:
            yield
        finally:
            self.free.set()

    def stand_still(self) -> int:
        """Hold a query while the database is stuck; SQLite calls this for each step of every query."""
        if not self.free.is_set():
            self.threads.add(get_ident())
            self.reached += 1
            self.free.wait(LONGEST)
        return 0

    def note_opened(self, connection: Any, _: object) -> None:
        """Remember a connection of the store, and let it stand still."""
        self.opened.append(connection)
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(self.stand_still, 1)
        else:
            self.in_pools.add(connection)
            connection.run_async(lambda driver: driver.set_progress_handler(self.stand_still, 1))

    def note_loan(self, _: object, __: object, loan: Any) -> None:
        """Give whoever waits for this pool a little longer than the checker waits for a ping."""
        if getattr(loan._pool, "_timeout", None):
            loan._pool._timeout = max(loan._pool._timeout, WAIT + 1)

    def note_closed(self, connection: Any, _: object) -> None:
        """Note that a pool has closed a connection."""
        self.in_pools.discard(connection)

    def note_query(self, connection: Any, _: object, statement: str, *__: object) -> None:
        """Note if two tasks have a query on one connection at the same time; let a rival order before a late look."""
        if self.rival and statement.lstrip().upper().startswith("SELECT"):
            with suppress(sqlite3.OperationalError):  # the order is not saved yet
                self.sql("INSERT INTO orders SELECT 50, 'cleo' WHERE EXISTS (SELECT 1 FROM orders WHERE number = 8)", 0)
        if isinstance(connection.connection.dbapi_connection, sqlite3.Connection):
            self.in_threads.add(connection)
        with suppress(RuntimeError):  # a thread of its own, without a loop
            task = asyncio.current_task()
            self.shared = (
                self.shared or self.users.setdefault(id(connection.connection.dbapi_connection), task) is not task
            )

    def note_result(self, connection: Any, *_: object) -> None:
        """Note that a query has ended."""
        self.in_threads.discard(connection)
        self.users.pop(id(connection.connection.dbapi_connection), None)

    def note_error(self, context: Any) -> None:
        """Note that a query has ended with an error."""
        self.in_threads.discard(context.connection)

    def let_threads_end(self) -> None:
        """Wait for queries in threads that nobody waits for: SQLite does not survive that its connection is closed under them."""
        self.free.set()
        until = time.monotonic() + 2
        while self.in_threads and time.monotonic() < until:
            time.sleep(0.01)
        if self.threads:
            time.sleep(0.05)  # and for the rows that they fetch

    def count_open(self) -> int:
        """Count the store's connections that are really open: dispose() logs what it could not close, and goes on."""
        opened = 0
        for connection in self.opened:
            with suppress(sqlite3.ProgrammingError, ValueError):  # as the two drivers say it of a closed one
                opened += getattr(connection, "driver_connection", connection).total_changes >= 0
        return opened

    async def close(self) -> None:
        """Close what the store has left open: a thread of the driver would keep the program from ending."""
        for connection in self.opened:
            if not isinstance(connection, sqlite3.Connection):
                with suppress(Exception):
                    await connection.driver_connection.close()


class Shop:
    """The application in an event loop of its own thread: a loop that stands still holds up nobody here."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app, self.database, self.started = app, database, Event()
        self.problem: BaseException | None = None
        self.left_in_use = 0
        self.thread = Thread(target=self.run, daemon=True)
        self.thread.start()
        self.started.wait(LONGEST)

    def run(self) -> None:
        """Start the application, serve until told to stop, end the application."""
        try:
            asyncio.run(self.serve())
        except BaseException as problem:
            self.problem = problem
        self.started.set()

    async def serve(self) -> None:
        """Serve requests inside of the application's lifespan."""
        async with self.app.router.lifespan_context(self.app) as state:

            async def app(scope: Any, receive: Any, send: Any) -> None:
                await self.app({**scope, "state": dict(state or {})}, receive, send)

            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop", timeout=60) as self.client:
                self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
                self.started.set()
                await self.ended.wait()
                # Queries that stand still go on a little later, so that it shows who waits for them.
                self.loop.call_later(0.05, self.database.free.set)
        self.left_in_use = len(self.database.in_pools)
        if not self.database.free.is_set():  # let the queries end in their own loop, whoever has forgotten them
            self.database.free.set()
            if forgotten := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(forgotten, timeout=1)

    def stop(self) -> None:
        """End the application; raise what its end raises."""
        if not self.problem:
            self.loop.call_soon_threadsafe(self.ended.set)
            self.thread.join(1)
        self.database.free.set()
        self.thread.join(LONGEST * 0.7)
        if self.problem:
            CallNote.text = "the end of the application"
            raise self.problem
        if self.thread.is_alive():
            raise Wrong(called="the end of the application", got=f"not reached after {LONGEST * 0.7:.1f} s", expected="an end",
                        hint="Something stops the event loop for ever, or waits for what nobody sets.")  # fmt: skip

    def send(self, request: str) -> Future[Any]:
        """Send a request, without waiting for its answer."""
        if self.problem:
            CallNote.text = "the start of the application"
            raise self.problem
        return asyncio.run_coroutine_threadsafe(self.client.request(*request.split()), self.loop)

    def read(
        self, request: str, sent: Future[Any], status: int, answer: object, hint: str = "The stub's query was right."
    ) -> None:
        """Compare an answer; None stands for any. An exception is raised as it is, or as what it tells of."""
        CallNote.text = request
        wait([sent], LONGEST)
        if not sent.done():
            raise Wrong(called=request, got=f"no answer after {LONGEST:.0f} s", expected=str(status),
                        hint="Something waits for what never comes, or keeps the event loop from going on.")  # fmt: skip
        try:
            got = sent.result()
        except Exception as problem:
            raise explain(request, problem, status) from None
        if got.status_code != status:
            raise Wrong(called=request, got=f"{got.status_code} {got.text}"[:200], expected=str(status), hint=hint)
        if answer is not None:
            expect(got.json(), answer, called=request, hint=hint)

    def ask(
        self, request: str, status: int = 200, answer: object = None, hint: str = "The stub's query was right."
    ) -> None:
        """Send a request and compare its answer; nothing may be in use afterwards.

        A search that a busy machine has held up is asked for again.
        """
        for _ in range(10):
            sent = self.send(request)
            if request == LAMPS:
                wait([sent], LONGEST / 2)
            if request != LAMPS or not sent.done() or sent.exception() or sent.result().status_code != 504:
                break
        self.read(request, sent, status, answer, hint)
        self.check_returned(f"{request}, answered {status}")

    def check_returned(self, called: str) -> None:
        """Raise Wrong if a connection is in use that nobody will return."""
        seen = self.database.seen
        if not await_until(lambda: not seen.not_returned, 1):
            raise Wrong(called=called, got=f"{seen.not_returned} not returned", expected="0: whoever borrows returns, on every way out",
                        hint="`async with` returns a connection on return, on raise, always. Without it nothing does.",
                        belief="close_at_the_end")  # fmt: skip
        if strange := [pool for pool in seen.pools if pool not in POOLS]:
            raise Wrong(called=f"the pool that {called.partition(',')[0]} borrows from", got=strange[0], expected="pool_size 5, max_overflow 0, as in LIMITS",
                        hint="Nothing leaks here, and no pool is too small. Without a limit it only hides what stops the others: "
                        "leave LIMITS as they are, for each engine.", belief="async_makes_fast")  # fmt: skip
        if len(seen.pools) > 2:
            raise Wrong(called=called, got=f"{len(seen.pools)} pools", expected="one, or two if some queries run in threads",
                        hint="A new engine is a new and empty pool, and so is an engine that was disposed of while the store runs. "
                        "Make it once, in create_app or at the start.", belief="engine_per_request")  # fmt: skip
        if not seen.checkouts:
            raise Wrong(called=called, got="no connection was borrowed from a pool", expected="a connection of an engine",
                        hint="Ask the database each time, through an engine of SQLAlchemy.", belief="pool_is_a_cache")  # fmt: skip

    def check_alive(self, meanwhile: str, hint: str, belief: str, got: str = "no answer") -> None:
        """Raise Wrong unless a ping is answered now."""
        ping = self.send("GET /ping")
        wait([ping], 0.05 if self.thread.ident in self.database.threads else WAIT)
        if not ping.done():
            raise Wrong(
                called=f"GET /ping, {meanwhile}",
                got=got,
                expected="an answer, while others wait",
                hint=hint,
                belief=belief,
            )

    def check_crowd(self, request: str, answer: object) -> None:
        """Let six ask at once while the database is slow; a ping must be answered meanwhile, and then all six."""
        with self.database.stuck():
            crowd = [self.send(request) for _ in range(CROWD)]
            await_until(lambda: self.database.reached or all(one.done() for one in crowd), WAIT)
            self.check_alive(f"while {request} waits for the database",
                             "A call without `await` keeps the event loop until it returns: await the query, or let a thread run it.",
                             "sync_call_is_short")  # fmt: skip
            await_until(lambda: self.database.reached >= CROWD - 1 or all(one.done() for one in crowd), 1)
            alone = self.database.reached == 1
        for one in crowd:
            self.read(f"{CROWD} × {request} at once", one, 200, answer)
        self.check_returned(f"{CROWD} × {request} at once")
        if self.database.shared:
            raise Wrong(called=request, got="two tasks used one connection at the same time", expected="a session, or a turn, for each task",
                        hint="A session has one connection, and one task at a time may use it. SQLite's driver lets the second query "
                        "wait; asyncpg says `another operation is in progress`.", belief="session_serves_tasks")  # fmt: skip
        if alone:
            raise Wrong(called=f"{CROWD} × {request} at once", got="one query at a time", expected="queries that wait at the same time",
                        hint="A lock around a handler makes the shoppers queue. The pool is the only limit that it needs.",
                        belief="async_makes_fast")  # fmt: skip


def explain(request: str, problem: Exception, status: int) -> Exception:
    """Make a verdict of an exception that tells of a fault of this lesson; give any other as it is."""
    while isinstance(problem, ExceptionGroup):
        problem = problem.exceptions[0]
    text = str(problem).partition(" (Background")[0].partition("\n")[0].partition(", timeout")[0]
    unloaded = "Reading an attribute asked the database, outside of an `await`: it was not loaded, or a commit had expired it. "
    shared = (
        "Tasks that run at the same time used one session. Give each a session of its own, or ask one after the other."
    )
    ended = "The pool was used in an event loop that has ended: dispose of the engine at the end of each."
    full = "All five were in use and none was returned: whoever has a connection and waits for another, waits for the others."
    closed = "The session is closed, and nobody else asks the database: load the lines in the query."
    known = {
        "greenlet_spawn has not been called": (
            unloaded + "Load it in the query, or keep it after the commit.",
            "attributes_load_themselves",
        ),
        "is not bound to a Session": (closed, "attributes_load_themselves"),
        "provisioning a new connection": (shared, "session_serves_tasks"),
        "is already in progress": (shared, "session_serves_tasks"),
        "bound to a different event loop": (ended, "engine_serves_loops"),
        "QueuePool limit of size": (full, ""),
    }
    for sign, (hint, belief) in known.items():
        if sign in text:
            return Wrong(
                called=request, got=f"{type(problem).__name__}: {text}", expected=str(status), hint=hint, belief=belief
            )
    return problem


def await_until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until something is so, for at most so many seconds; say whether it is."""
    until, pause = monotonic() + seconds, Event()
    while not condition() and monotonic() < until:
        pause.wait(0.005)
    return bool(condition())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a fresh store with three products and one order, whose connections are counted."""
    with ExitStack() as stack, count_connections(keep_alive=True) as seen:
        database = Database(tmp_path / "store.db", seen)
        for target, name, note in ((Pool, "connect", database.note_opened), (Pool, "close", database.note_closed),
                                   (Pool, "checkout", database.note_loan),
                                   (Engine, "before_cursor_execute", database.note_query),
                                   (Engine, "after_cursor_execute", database.note_result),
                                   (Engine, "handle_error", database.note_error)):  # fmt: skip
            event.listen(target, name, note)
            stack.callback(event.remove, target, name, note)
        for statement in (
            "CREATE TABLE products (name TEXT PRIMARY KEY, price INTEGER, stock INTEGER)",
            "CREATE TABLE orders (number INTEGER PRIMARY KEY, shopper TEXT)",
            "CREATE TABLE lines (number INTEGER PRIMARY KEY, order_number INTEGER, product TEXT)",
            "INSERT INTO products VALUES ('desk lamp', 39, 10), ('chair', 120, 4), ('floor lamp', 80, 2)",
            "INSERT INTO orders VALUES (7, 'ann')",
            "INSERT INTO lines VALUES (1, 7, 'chair'), (2, 7, 'desk lamp')",
        ):
            database.sql(statement)
        yield database
        database.let_threads_end()
        asyncio.run(asyncio.wait_for(database.close(), LONGEST))


@pytest.fixture
def service() -> SimpleNamespace:
    """Give the service that counts reviews; while it is on hold, it answers nobody."""
    return SimpleNamespace(hold=False, asked=0, loop=None)


@pytest.fixture
def make_app(database: Database, service: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable[[], FastAPI]:
    """Give a function that asks the learner for the application."""
    monkeypatch.setattr(store, "PATIENCE", PATIENCE, raising=False)

    async def reviews(name: str) -> int:
        service.asked, service.loop = service.asked + 1, asyncio.get_running_loop()
        until = monotonic() + LONGEST
        while service.hold and monotonic() < until:
            await asyncio.sleep(0.005)
        return len(name)

    def make() -> FastAPI:
        app = call(store.create_app, database.url, reviews)
        expect_type(app, FastAPI, called="create_app(url, reviews)")
        return app

    return make


@contextmanager
def serving(app: FastAPI, database: Database) -> Iterator[Shop]:
    """Serve the application inside the block."""
    shop = Shop(app, database)
    try:
        yield shop
    except BaseException:
        with suppress(BaseException):
            shop.stop()
        raise
    shop.stop()


@pytest.fixture
def shop(make_app: Callable[[], FastAPI], database: Database) -> Iterator[Shop]:
    """Serve the learner's application; how it ends is the last task's."""
    shop = Shop(make_app(), database)
    yield shop
    with suppress(BaseException):
        shop.stop()


@pytest.mark.task(1, "A product page does not stop the others", hint="Which line waits, and has no `await`?")
def test_product_page(shop: Shop, database: Database, service: SimpleNamespace) -> None:
    """While product pages wait for the database, the pool or the reviews, a ping is answered."""
    page = {"price": 120, "reviews": 5}
    shop.ask(CHAIR, 200, page)
    if service.loop not in (None, shop.loop):
        raise Wrong(called=CHAIR, got="reviews(name) was awaited in another event loop", expected="the application's event loop",
                    hint="asyncio.run() makes a new event loop each time, and the reviews' own connections belong to the application's. "
                    "In a plain `def`, ask there: `anyio.from_thread.run(reviews, name)`.", belief="engine_serves_loops")  # fmt: skip
    shop.ask("GET /products/unicorn", 404)
    shop.check_crowd(CHAIR, page)
    service.asked, service.hold = 0, True
    crowd = [shop.send(CHAIR) for _ in range(CROWD)]
    await_until(lambda: service.asked >= CROWD - 1, WAIT)
    try:
        shop.check_alive(f"while {CROWD} × {CHAIR} wait for the reviews",
                         "The sixth waits for the pool without `await`, so the loop stands still and the other five cannot return theirs.",
                         "sync_call_is_short")  # fmt: skip
    finally:
        service.hold = False
    for one in crowd:
        shop.read(f"{CROWD} × {CHAIR}, with reviews that take their time", one, 200, page)
    database.sql("UPDATE products SET price = 125 WHERE name = 'chair'")
    shop.ask(CHAIR, 200, {"price": 125, "reviews": 5}, "The price was changed meanwhile: ask the database each time.")


@pytest.mark.task(2, "Tasks share no session", hint="What does a session have only one of?")
def test_overview(shop: Shop, database: Database) -> None:
    """The overview is right, alone and among others, and no two tasks use one connection at the same time."""
    overview = "GET /overview"
    shop.ask(overview, 200, {"products": 3, "pieces": 16, "orders": 1})
    shop.check_crowd(overview, {"products": 3, "pieces": 16, "orders": 1})
    database.sql("INSERT INTO products VALUES ('table', 300, 5)")
    shop.ask(
        overview,
        200,
        {"products": 4, "pieces": 21, "orders": 1},
        "A table was added meanwhile: ask the database each time.",
    )


@pytest.mark.task(
    3,
    "Nothing is loaded where nothing awaits",
    hint="Load the lines in the query; what happens to attributes at a commit?",
)
def test_orders(shop: Shop, database: Database) -> None:
    """An order is read with its products, and saved, without a query behind an attribute."""
    shop.ask("GET /orders/7", 200, ORDER, "All products of the order, in the order of their lines.")
    shop.ask("GET /orders/99", 404)
    shop.check_crowd("GET /orders/7", ORDER)
    place, database.rival = "POST /orders?shopper=ben&product=table", True
    gave = "The number is the one that the database gave, once the order is saved."
    shop.ask(place, 201, {"number": 8, "shopper": "ben"}, gave + " 50 is an order of somebody else, a moment later.")
    database.rival = False
    database.sql("DELETE FROM orders WHERE shopper = 'cleo'")
    saved = database.sql(
        "SELECT shopper, product FROM orders JOIN lines ON order_number = orders.number WHERE orders.number = 8"
    )
    expect(saved, [("ben", "table")], called=f"what is saved after {place}", belief="close_commits",
           hint="What is not committed is rolled back when the session is closed.")  # fmt: skip
    shop.ask("GET /orders/8", 200, {"shopper": "ben", "products": ["table"]})
    with database.stuck():
        sent = shop.send(place)
        await_until(lambda: database.reached, WAIT)
        shop.check_alive(f"while {place} waits for the database", "A call without `await` keeps the event loop until it returns.",
                         "sync_call_is_short")  # fmt: skip
    shop.read(place, sent, 201, {"number": 9, "shopper": "ben"})
    shop.check_returned(place)


@pytest.mark.task(
    4, "A search that takes too long does not cost a connection", hint="Who is cancelled, and what was it doing?"
)
def test_search(shop: Shop, database: Database) -> None:
    """Searches that take too long are answered with 504 in time, and the pool has its connections afterwards."""
    seen, called = database.seen, f"{CROWD} × {LAMPS}, with a database that takes its time"
    shop.ask(LAMPS, 200, ["desk lamp", "floor lamp"])
    with database.stuck():
        crowd = [shop.send(LAMPS) for _ in range(CROWD)]
        await_until(lambda: database.reached, WAIT)
        shop.check_alive(f"while {LAMPS} waits for the database", "A call without `await` keeps the event loop until it returns.",
                         "sync_call_is_short")  # fmt: skip
        await_until(lambda: all(one.done() for one in crowd) or seen.closed >= CROWD - 1, WAIT)
        answered, asked = sum(one.done() for one in crowd), database.reached
    wait(crowd, LONGEST)
    if seen.closed:
        raise Wrong(called=called, got=f"{seen.closed} connections closed", expected="0: they are reused", hint="dispose() closes "
                    "what the pool keeps: once, at the end of the application." if seen.disposals else "A cancelled query leaves its connection in an unknown state, so the pool throws it away. Stop waiting "
                    "without cancelling the query, and it returns its connection when it ends.", belief="" if seen.disposals else "timeout_frees")  # fmt: skip
    if answered < CROWD:
        raise Wrong(called=called, got=f"{answered} answered while the query ran", expected=f"{CROWD} × 504, after PATIENCE",
                    hint="The shopper waits for the end of the query. Something still awaits it: the end of an `async with` "
                    "block, a task group, a thread, or a wait without a limit.")  # fmt: skip
    if not asked:
        raise Wrong(called=called, got="answered at once while the database was slow: nobody asked it", expected=f"{CROWD} × 504, after PATIENCE",
                    hint="What is kept for ever hides a new product. Ask the database each time.", belief="pool_is_a_cache")  # fmt: skip
    for one in crowd:
        shop.read(called, one, 504, None, "A search that took too long is no search that found nothing: answer 504.")
    shop.check_returned(called)
    opened = seen.opened
    database.sql("INSERT INTO products VALUES ('lamp shade', 15, 3)")
    lamps = ["desk lamp", "floor lamp", "lamp shade"]
    shop.ask(LAMPS, 200, lamps, "A lamp shade was added meanwhile: ask the database each time.")
    expect(
        seen.opened - opened,
        0,
        called=f"connections opened after {called}",
        hint="They are to be reused.",
        belief="timeout_frees",
    )
    database.sql("ALTER TABLE products RENAME TO shelf")
    for _ in range(10):  # a busy machine may be late
        broken = shop.send(LAMPS)
        wait([broken], LONGEST)
        if broken.done() and (broken.exception() or broken.result().status_code not in (200, 504)):
            return
    raise Wrong(called=f"{LAMPS}, while its table is missing", got=f"{broken.result().status_code}" if broken.done() else "no answer", expected="an error, not 504",
                hint="Not every exception is a time-out: what is broken would look slow, and nobody would look for the fault.")  # fmt: skip


def expect_none_in_use(shop: Shop, end: str) -> None:
    """Expect that no connection is in use after the end of a store."""
    expect(shop.left_in_use, 0, called=f"connections in use after {end}",
           hint="dispose() closes what is in the pool, and not what is in use. Keep each task that nobody waits for in a set, and wait for them before dispose().")  # fmt: skip


@pytest.mark.task(
    5, "The store ends, and is started again", hint="Which coroutine closes what a pool keeps, and who awaits it?"
)
def test_end(make_app: Callable[[], FastAPI], database: Database) -> None:
    """When the application ends, all its connections are closed, by their own event loop; it can be started again."""
    app, seen = make_app(), database.seen
    for start, end in (("the start", "the end"), ("the second start, in another event loop", "the second end")):
        opened, disposals = seen.opened, seen.disposals
        seen.pools.clear()  # an engine that was disposed of has another pool at the next start
        with serving(app, database) as shop:
            for request in (CHAIR, LAMPS, CHAIR, LAMPS):
                shop.ask(request)
            opened, disposals, disposed = seen.opened - opened, seen.disposals - disposals, seen.disposals
            for one in [shop.send(LAMPS) for _ in range(CROWD)]:
                late = not wait([one], LONGEST).not_done and not one.exception() and one.result().status_code == 504
                shop.read(f"{CROWD} × {LAMPS} at once, after {start}", one, 504 if late else 200, None)
        if opened > 2 or disposals:
            raise Wrong(called=f"4 requests, one after the other, after {start}", expected="connections that are opened once, and no dispose()",
                        got=f"dispose() was called before the end, {disposals} ×" if disposals else f"{opened} opened",
                        hint="dispose() closes what the pool keeps: once, at the end.")  # fmt: skip
        # What is open after a dispose() was in use: on a busy machine, a search that was answered 504.
        if seen.disposals > disposed:
            expect_none_in_use(shop, f"{end} of the application")
        expect(database.count_open(), 0, called=f"connections open after {end} of the application", belief="engine_serves_loops",
               hint="Dispose of each engine at the end of the lifespan, and do not pass close=False. An async engine's own dispose() is a coroutine: await it.")  # fmt: skip
    shop = Shop(app, database)
    with database.stuck():
        crowd = [shop.send(LAMPS) for _ in range(CROWD)]
        await_until(lambda: all(one.done() for one in crowd), WAIT)
        shop.stop()
    expect_none_in_use(shop, f"the end, with {CROWD} × {LAMPS} answered 504 and under way")
