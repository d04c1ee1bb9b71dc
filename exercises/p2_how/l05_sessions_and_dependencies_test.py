"""Wire the store: what counts is who holds a connection, which sessions begin and what is saved, at each moment of a request."""

import asyncio
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from inspect import getsource
from pathlib import Path
from traceback import extract_tb
from typing import Any

import l05_sessions_and_dependencies as store
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, exc
from sqlalchemy.orm import Session

from poolschool.checks import (
    CallNote,
    Wrong,
    call,
    count_connections,
    count_pools,
    each_step_on_its_own_thread,
    expect,
    expect_type,
)

CHAIR, UNICORN, RELIC = "GET /products/chair", "GET /products/unicorn", "GET /products/relic"
SALE, SOLD_OUT, BROKEN = "POST /orders/chair ann", "POST /orders/table ann", "POST /orders/mirror ann"
UNKNOWN, STRANGER, NO_RECEIPT = "POST /orders/unicorn ann", "POST /orders/chair eve", "POST /orders/lamp ben"
POOL = "QueuePool, pool_size 5, max_overflow 0"
TABLES = """
BEGIN;
CREATE TABLE products (name TEXT PRIMARY KEY, price INTEGER, stock INTEGER);
CREATE TABLE shoppers (name TEXT PRIMARY KEY, orders INTEGER);
CREATE TABLE receipts (shopper TEXT, product TEXT);
INSERT INTO products VALUES ('chair', 120, 9), ('lamp', 39, 9), ('table', 300, 0), ('relic', NULL, 1), ('mirror', 80, 9);
INSERT INTO shoppers VALUES ('ann', 0), ('ben', 0);
CREATE TRIGGER breaks AFTER UPDATE ON products WHEN new.name = 'mirror' BEGIN SELECT RAISE(ABORT, 'it breaks'); END;
CREATE TRIGGER no_paper BEFORE INSERT ON receipts WHEN new.shopper = 'ben' BEGIN SELECT RAISE(ABORT, 'no paper'); END;
COMMIT;
"""
# What an exception of the learner's own means, by words of it.
MEANS = {
    "Response not awaited": "A dependency that catches the exception must raise it again: a bare `raise` in its `except`.",
    "No response returned": "A dependency that catches the exception must raise it again: a bare `raise` in its `except`.",
    "is not bound to a Session": "commit() expires objects, and a closed session loads nothing for them: read what is needed before.",
    "_GeneratorContextManager": "Depends takes the function with the `yield` as it is: FastAPI makes the context manager.",
    "database is locked": "Two transactions write at once: one waits for the other, which is still open.",
    "QueuePool limit": "All five are in use: somebody has not returned them.",
}

REFUSED = ("What is refused changes nothing: one commit, after the last thing that can go wrong, and not in a `finally`. "
           "What was not committed is rolled back at the end of the session.")  # fmt: skip
# What makes a second session, by signs of it in the source.
SECOND = {
    "use_cache=False": "`use_cache=False` asks FastAPI for a second one. ",
    "next(": "`next()` runs a generator that FastAPI knows nothing of. ",
}
REQUEST: ContextVar[bool] = ContextVar(
    "REQUEST", default=False
)  # follows a request onto FastAPI's threads, and no further


def read(file: Path) -> dict[str, Any]:
    """Read what is saved, beside the store's engine."""
    database = sqlite3.connect(file, timeout=1)
    rows = [database.execute(f"SELECT * FROM {table}").fetchall() for table in ("products", "shoppers", "receipts")]  # noqa: S608
    database.close()
    return {"stock": {name: stock for name, _, stock in rows[0]}, "orders": dict(rows[1]), "receipts": rows[2]}


class Shop:
    """The store behind a server that looks: what was in use and saved when the answer started, which sessions began, what was raised."""

    def __init__(self, app: FastAPI, file: Path, seen: Any) -> None:
        self.app, self.file, self.seen = app, file, seen
        self.client = TestClient(self, raise_server_exceptions=False)
        self.other, self.shared = (
            "",
            False,
        )  # a path to ask for while an answer goes out; has it the first one's session?
        self.lifespan: Exception | None = None  # what its start or its end raised
        self.elsewhere = self.refuses = False  # has a thread of the learner's worked? is each commit refused?
        self.clear()

    def clear(self) -> None:
        """Forget the request before; what it never returned is not the next one's fault."""
        self.early, self.late = (
            list[Session](),
            list[Session](),
        )  # that took a connection before and after the answer's start
        self.most, self.most_late, self.autocommit = 0, 0, False  # in use at once, likewise
        self.started, self.held, self.saved, self.problem = False, 0, {"receipts": []}, ""
        self.before = self.seen.not_returned

    def begin(self, session: Session, _: object, connection: Any) -> None:
        """Note a session that takes a connection; refer to it, so that no other is taken for it."""
        if not REQUEST.get():
            self.elsewhere = True
            return
        in_use = self.seen.not_returned - self.before
        if self.started:
            self.late.append(session)
            self.most_late = max(self.most_late, in_use)
        else:
            self.early.append(session)
            self.most = max(self.most, in_use)
        self.autocommit |= connection.connection.dbapi_connection.isolation_level is None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            try:
                await self.app(scope, receive, send)
            except Exception as problem:
                self.lifespan = problem
                raise
            return
        REQUEST.set(True)
        copy = dict(scope)

        async def look(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.started, self.held = True, self.seen.not_returned - self.before
                with suppress(sqlite3.OperationalError):  # the database that refuses refuses us too
                    self.saved = read(self.file)
                if self.other:
                    await asyncio.create_task(self.answer_another(copy, receive))
            await send(message)

        try:
            await self.app(scope, receive, look)
        except Exception as problem:  # the learner's own, on its way to the server
            text = re.sub(r" at 0x\w+| \(Background.*", "", str(problem).split("\n")[0])
            text = re.sub(r"sqlite:///[^'\"]+", "url", text)[:150]
            self.problem = f" ({type(problem).__name__}: {text})"
            raise

    async def answer_another(self, scope: Any, receive: Any) -> None:
        """Answer another request on the same event loop; note whether it gets a session of the first."""

        async def send(_: Any) -> None: ...

        late, self.late = self.late, []
        with suppress(Exception):
            await self.app(
                scope | {"method": "GET", "path": self.other, "raw_path": self.other.encode()}, receive, send
            )
        self.shared = any(session is first for session in self.late for first in self.early)
        self.late = late

    def refuse(self, _: object) -> None:
        """Raise at a commit, as a database does that refuses it."""
        if self.refuses:
            raise exc.OperationalError("COMMIT", None, sqlite3.OperationalError("the database refuses to commit"))

    def ask(self, request: str, status: int | None = None, answer: object = None, when: str = "") -> int:
        """Send a request and return its status; compare it and the answer if they are given, and say what was raised."""
        self.clear()
        method, path, *shopper = request.split()
        CallNote.text = request
        threads = set(threading.enumerate())
        got = self.client.request(method, path, headers={"shopper": shopper[0]} if shopper else {})
        for thread in set(threading.enumerate()) - threads:
            if type(thread).__name__ != "WorkerThread":  # which is anyio's; another one is the learner's
                thread.join(1)
                self.elsewhere = True
        if status not in (None, got.status_code):
            hint = self.meaning("The stub answers this as it should: change only what holds, saves or returns.")
            raise Wrong(called=request + when, got=f"{got.status_code}{self.problem}", expected=str(status), hint=hint)
        if answer is not None:
            expect(got.json(), answer, called=request + when, hint="The stub answers this as it should.")
        return got.status_code

    def meaning(self, hint: str) -> str:
        """Say what was raised means, or give the hint if nothing is known of it."""
        return next((meaning for word, meaning in MEANS.items() if word in self.problem), hint)

    def check_returned(self, request: str, hint: str, belief: str) -> None:
        """Raise Wrong if a request left a connection in use."""
        if (left := self.seen.not_returned - self.before) > 0:
            raise Wrong(called=request, got=f"{left} in use after the answer", expected="0 in use: returned on every way out",
                        hint=hint, belief=belief)  # fmt: skip

    def check_nothing_in_use(self, request: str) -> None:
        """Raise Wrong if a connection was in use when the answer started."""
        self.check_threads(request)
        hint, belief = ("A session holds a connection from its first query to commit(), rollback() or close(). The end of a "
                        'dependency comes after the answer (with scope="function", FastAPI 0.121: before it).'), "returned_at_return"  # fmt: skip
        if len(self.early) > 1:
            hint = "It was returned, and taken again: by a query, or by a look at an object that commit() or rollback() has expired."
            belief = "commit_before_reading"
        if self.held > 0:
            raise Wrong(called=f"{request}: when its answer starts", got=f"{self.held} in use", expected="0 in use",
                        hint=hint, belief=belief)  # fmt: skip
        if not self.late:  # a task has a check of its own
            self.check_returned(request, hint, belief)

    def check_threads(self, request: str) -> None:
        """Raise Wrong if a connection was taken on a thread that FastAPI knows nothing of."""
        if self.elsewhere:
            raise Wrong(called=request, got="work on another thread, which the endpoint started", expected="a background task",
                        hint="FastAPI waits for no such thread, and nobody sees it fail: hand the receipt to `tasks.add_task`.")  # fmt: skip

    def check_reused(self, requests: str) -> None:
        """Raise Wrong if more connections were opened than were ever in use at once."""
        if (opened := self.seen.opened) > (most := self.seen.most_checked_out):
            raise Wrong(called=requests, got=f"{opened} connections opened", expected=f"{most} opened, and used again",
                        hint="`close()` returns a connection, usable again. `invalidate()` and `detach()` give it up: the next "
                        "request has to connect.")  # fmt: skip

    def check_pool(self) -> None:
        """Raise Wrong unless everything was borrowed from one pool with make_engine's limits."""
        if self.seen.pools != [POOL]:
            raise Wrong(called="the pools that the store borrows from", got=", ".join(self.seen.pools) or "none", expected=POOL,
                        hint="One engine by make_engine, as it was: connections are to be returned, not multiplied.",
                        belief="engine_per_request" if len(self.seen.pools) > 1 else "bigger_pool_mends")  # fmt: skip


def make_database(file: Path, price: int) -> str:
    """Make a store whose chairs cost so much; return its URL."""
    database = sqlite3.connect(file)
    with database:
        database.executescript(TABLES)
        database.execute("UPDATE products SET price = ? WHERE name = 'chair'", (price,))
    database.close()
    return f"sqlite:///{file}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store with five products and two shoppers."""
    return make_database(tmp_path / "store.db", price=120)


def make_app(url: str) -> FastAPI:
    """Ask the learner for the application."""
    try:
        app = call(store.create_app, url)
    except Exception as problem:
        if not re.search(r"callable|get_session\(\) missing", str(problem)):
            raise
        raise Wrong(called="create_app(url)", got=f"{type(problem).__name__}: {re.sub(' at 0x[0-9a-f]+', '', str(problem))}", expected="a FastAPI",
                    hint="Depends takes the function, `Depends(get_session)`, and not its call: FastAPI calls it for each request.") from None  # fmt: skip
    expect_type(app, FastAPI, called="create_app(url)")
    return app


@contextmanager
def open_shop(url: str, app: FastAPI | None = None) -> Iterator[Shop]:
    """Open the store and keep each of its loans alive, so that none is returned unless the store returns it."""
    with count_connections(keep_alive=True) as seen:
        shop = Shop(app or make_app(url), Path(url.removeprefix("sqlite:///")), seen)
        event.listen(Session, "after_begin", shop.begin)
        event.listen(Engine, "commit", shop.refuse)
        wrong = None
        try:
            with shop.client:
                try:
                    yield shop
                except Wrong as found:
                    wrong = found
                    raise
        except Exception as problem:
            if wrong:  # what its end raises, after that, is no news
                raise wrong from None
            frames = extract_tb(shop.lifespan.__traceback__) if shop.lifespan else []
            if not shop.lifespan or any(frame.filename == store.__file__ for frame in frames):
                raise
            raise Wrong(called="starting and ending the application", got=f"{type(problem).__name__}: {problem}", expected="it starts, and it ends",
                        hint="A lifespan is an `async def` with one `yield`, under `@asynccontextmanager`. FastAPI(lifespan=…) takes "
                        "it as it is, not called.") from None  # fmt: skip
        finally:
            event.remove(Session, "after_begin", shop.begin)
            event.remove(Engine, "commit", shop.refuse)


@pytest.mark.task(1, "One engine, from the start to the end", hint="What does FastAPI(lifespan=…) take?")
def test_lifespan(url: str, tmp_path: Path) -> None:
    """The application makes one engine when it starts and disposes of it when it ends, each time that it is started."""
    with count_pools() as made:
        app = make_app(url)
    if made:
        raise Wrong(called="create_app(url)", got="an engine is made", expected="no engine before the application starts",
                    hint="Tests and tools build an application and do not start it: make the engine in the lifespan.",
                    belief="engine_needs_no_end")  # fmt: skip
    for start in ("started", "started a second time"):
        check_life(url, app, f"create_app(url), {start}")
    other = make_database(tmp_path / "other.db", price=99)
    with open_shop(url) as shop, open_shop(other):
        try:
            shop.ask(
                CHAIR, 200, {"price": 120, "stock": 9}, ", after another application was started on another database"
            )
        except Wrong as wrong:
            wrong.hint = "Keep the engine with its application, as in app.state: not in a global."
            raise
    with open_shop(url) as shop:
        with open_shop(url):
            pass
        try:
            shop.ask(CHAIR, 200, when=", after another application on the same database was started and ended")
        except Wrong as wrong:
            wrong.hint = (
                "Two applications may have one address. A dict of engines by address is a global too: use app.state."
            )
            raise


def check_life(url: str, app: FastAPI, called: str) -> None:
    """Start the application, ask twice, end it; raise Wrong unless it has one engine for that time, and leaves nothing open."""
    hint = (
        "Can the dependency reach the engine that the lifespan has made? Is the lifespan passed, `FastAPI(lifespan=…)`?"
    )
    if "second" in called:
        hint = "An application may be started again, as tests do: each start makes an engine."
    with count_pools() as made, open_shop(url, app) as shop:
        seen, early = shop.seen, shop.seen.disposals
        at_start = len(made) - early  # dispose() makes a new pool
        for _ in range(2):
            shop.ask(CHAIR)
            if shop.problem:
                raise Wrong(
                    called=f"{called}: {CHAIR}", got=f"500{shop.problem}", expected="200", hint=shop.meaning(hint)
                )
        kept, engines, disposals = not seen.not_returned, len(made) - seen.disposals, seen.disposals - early
    if at_start != 1 or engines != 1:
        hint, belief = (
            "A new engine is a new and empty pool: one make_engine(), at the start, is enough.",
            "engine_per_request",
        )
        if not engines:
            hint, belief = (
                "The first start's engine is used again, which has been disposed of. Each start makes its own.",
                "",
            )
        elif not at_start:
            hint, belief = "Made by the first request, a wrong address shows only then, and two first requests make two. What runs at the start?", ""  # fmt: skip
        raise Wrong(called=f"{called}: engines made", got=f"{at_start} at the start, {engines} after two requests",
                    expected="1 at the start, 1 after two requests", hint=hint, belief=belief)  # fmt: skip
    if disposals:
        raise Wrong(called=f"{called}: {CHAIR}, twice", got=f"dispose() called {disposals} times while it runs", expected="dispose() at its end only",
                    hint="dispose() closes what the pool keeps, and the next request has to connect.", belief="dispose_takes_back")  # fmt: skip
    shop.check_pool()
    if kept and seen.open_now:  # what a request never returned is the next task's
        hint = "What follows the `yield` of a lifespan runs at the end: dispose() belongs there."
        if seen.disposals:
            hint = "dispose() was called, but not at the end, or with close=False: it closes what is idle at the moment when it is called."
        raise Wrong(called=f"{called} and ended", got=f"{seen.open_now} connection still open", expected="0 connections open",
                    hint=hint, belief="engine_needs_no_end")  # fmt: skip


@pytest.mark.task(
    2, "The connection is returned on every way out", hint="Only a `with` block or a `finally` always ends."
)
def test_every_way_out(url: str) -> None:
    """A search returns its connection after a 200, a 404, an answer that FastAPI refuses, and a failing database."""
    plain = ("An exception skips every plain line: those of the endpoint, and those after the `yield`, where FastAPI throws it "
             "in. Only the end of a block around the `yield`, or a `finally`, runs."), "after_yield_always_runs"  # fmt: skip
    if re.search(r"with .* as (\w+):\s+return \1\b", getsource(store.create_app)):
        plain = (
            "`return` leaves the block: the session is closed before the endpoint gets it, and begins anew.",
            "closed_session_refuses",
        )
    with open_shop(url) as shop:
        shop.ask(CHAIR, 200, {"price": 120, "stock": 9})
        shop.check_returned(
            CHAIR,
            "FastAPI ends dependencies with a `yield`, and knows of no session that is only returned.",
            "request_end_closes",
        )
        shop.ask(UNICORN, 404)
        shop.check_returned(f"{UNICORN} (404: HTTPException)", *plain)
        shop.ask(RELIC, 500)
        shop.check_returned(f"{RELIC} (500: its price is None, which FastAPI refuses to answer)", *plain)
        failing = sqlite3.connect(shop.file)
        failing.execute("ALTER TABLE products RENAME TO lost")
        failing.close()
        shop.ask(CHAIR, 500)
        shop.check_returned(f"{CHAIR} (500: the database refuses the query)", *plain)
        shop.check_pool()
        shop.check_reused("four searches, one after another")


@pytest.mark.task(
    3, "One request, one session", hint="A dependency can depend on another: FastAPI calls it once per request."
)
def test_one_session(url: str) -> None:
    """The shopper and the order come from one session, whichever threads they run on, and no other request has it."""
    share = (
        "get_shopper and order want the same object: let get_shopper depend on get_session.",
        "session_per_dependency",
    )
    thread = ("The steps of a request run on whichever threads are free. What belongs to a thread, as a scoped_session does, "
              "belongs to no request."), "thread_is_a_request"  # fmt: skip
    with open_shop(url) as shop:
        check_one(shop, SALE, *share)
        check_one(shop, STRANGER, *share)
        with each_step_on_its_own_thread():
            check_one(shop, SALE, *thread, when=", each step on a thread of its own")
        shop.other = CHAIR.split()[1]
        shop.ask(SALE, 201)
        if shop.shared:
            raise Wrong(called=f"{SALE}, and {CHAIR} while its answer goes out", got="both have the same session",
                        expected="a session for each request", hint="What belongs to the application, or to a thread as a "
                        "scoped_session does, serves many requests: they share a transaction and end it for each other.", belief="thread_is_a_request")  # fmt: skip
        shop.check_pool()


def check_one(shop: Shop, request: str, hint: str, belief: str, when: str = "") -> None:
    """Raise Wrong unless a request has one session until its answer starts, and returns its connection."""
    shop.ask(request, 401 if request == STRANGER else 201, when=when)
    sessions = len({id(session) for session in shop.early})
    written = bool(
        shop.saved["receipts"]
    )  # a receipt that is written too early has a session too, and a task of its own
    if sessions - written > 1 or sessions < 1 or (shop.most > 1 and sessions > 1):
        made = next((why for sign, why in SECOND.items() if sign in getsource(store.create_app)), "")
        if shop.most == 1:
            made = "One ends before the other begins: what the first has loaded is not in the other's transaction. "
        raise Wrong(called=request + when, got=f"{sessions} sessions, {shop.most} in use at once",
                    expected="1 session, 1 in use", hint=hint if when else made + hint, belief=belief)  # fmt: skip
    if not shop.late:
        shop.check_returned(request + when, hint, belief)


@pytest.mark.task(
    4,
    "When the answer goes out: saved or undone, and nothing in use",
    hint="Which line ends the transaction, and when does it run?",
)
def test_saved_and_returned(url: str) -> None:
    """When an answer starts, an order is saved as a whole or not at all, and no connection is in use."""
    with open_shop(url) as shop:
        shop.ask(SALE, 201, {"left": 8, "orders": 1})
        check_saved(shop)
        shop.check_nothing_in_use(SALE)
        for request, status in (
            (CHAIR, 200),
            (UNICORN, 404),
            (RELIC, 500),
            (SOLD_OUT, 409),
            (UNKNOWN, 404),
            (STRANGER, 401),
            (BROKEN, 500),
        ):
            before = read(shop.file)
            shop.ask(request, status)
            shop.check_nothing_in_use(request)
            after = read(shop.file)
            for what in before:
                hint = (
                    "AUTOCOMMIT saves each statement by itself: nothing is left to roll back."
                    if shop.autocommit
                    else REFUSED
                )
                expect(after[what], before[what], called=f"{what} after {request} ({status})", hint=hint,
                       belief="rollback_needs_a_call")  # fmt: skip
        check_refused(shop)
        shop.check_pool()
        shop.check_reused("nine requests, one after another")


def check_refused(shop: Shop) -> None:
    """Raise Wrong if an order is answered as sold whose commit the database has refused."""
    before, shop.refuses = read(shop.file), True
    status = shop.ask(SALE)
    shop.refuses = False
    if status < 300 and read(shop.file) == before:
        raise Wrong(called=f"{SALE}, and the database refuses the commit", got=f"{status}, and nothing was saved", expected="an error, such as 500 or 503",
                    hint="Whoever catches the exception of a commit must raise: the same one again, or an HTTPException after the rollback.")  # fmt: skip
    shop.check_nothing_in_use(f"{SALE}, and the database refuses the commit")


def check_saved(shop: Shop) -> None:
    """Raise Wrong unless both halves of the order were saved when its answer started."""
    halves = {"stock of the chair": ("stock", "chair", 8), "orders of ann": ("orders", "ann", 1)}
    saved, late = (
        [now[what][name] == value for what, name, value in halves.values()] for now in (shop.saved, read(shop.file))
    )
    if all(saved):
        return
    hint, belief = "Nothing commits it, and close() rolls back.", "close_saves"
    if any(saved):
        hint, belief = (
            "One half is saved, the other is not. One session and one commit save both, or neither.",
            "session_per_dependency",
        )
    elif any(late):
        hint, belief = (
            "It is saved later. If that fails, the client has its 201 already: commit before the answer.",
            "answer_is_saved",
        )
    elif "locked" in shop.problem:
        hint, belief = ("It is not saved even when the receipt is written, which waits for it and gives up: `database is locked`. "
                        "Commit in the endpoint, before the answer."), "answer_is_saved"  # fmt: skip
    where = next(half for half, done in zip(halves, saved, strict=True) if not done)
    raise Wrong(called=f"{SALE}: {where} in the database when the answer starts", got="as before", expected="changed",
                hint=hint, belief=belief)  # fmt: skip


@pytest.mark.task(
    5, "The receipt, after the answer", hint="A task needs an engine and plain data, and a session of its own."
)
def test_receipt(url: str) -> None:
    """A receipt is written after the answer, in a session of its own, and its failure changes nothing else."""
    ends = (
        "Nobody but the task knows its session, and an exception skips the task's last line too: a block ends always.",
        "close_at_the_end",
    )
    with open_shop(url) as shop:
        shop.ask(SALE, 201, {"left": 8, "orders": 1})
        shop.check_threads(SALE)
        expect(shop.saved["receipts"], [], called=f"receipts when the answer to {SALE} starts",
               hint="The shopper waits for the answer, not for the receipt: hand it to a background task, not called.")  # fmt: skip
        if any(session is other for session in shop.late for other in shop.early):
            raise Wrong(called=f"{SALE}: the session that works after the answer", got="the request's, which takes a connection again",
                        expected="a session of the task's own", hint="An ended session silently begins again, also for a look at one of "
                        "its objects. Give the task the engine, and plain data.", belief="closed_session_refuses")  # fmt: skip
        if shop.most_late > 1:
            raise Wrong(called=f"{SALE}: while the receipt is written", got=f"{shop.most_late} in use", expected="1 in use: the task's own",
                        hint="The request holds one meanwhile.", belief="returned_at_return")  # fmt: skip
        hint = (
            "Nothing commits it, and close() rolls back."
            if shop.late
            else "No session began after the answer: was the task added?"
        )
        if (receipts := read(shop.file)["receipts"]) != [("ann", "chair")]:
            raise Wrong(
                called=f"receipts after {SALE}",
                got=f"{receipts}{shop.problem}",
                expected="[('ann', 'chair')]",
                hint=shop.meaning(hint),
            )
        shop.check_returned(f"{SALE}, and its receipt", *ends)
        shop.ask(NO_RECEIPT)  # the exception comes after the answer: whom it reaches is the server's business
        after = read(shop.file)
        expect((after["stock"]["lamp"], after["orders"]["ben"]), (8, 1), called=f"stock and orders after {NO_RECEIPT}, whose receipt fails",
               hint="The order was answered, and stays.")  # fmt: skip
        shop.check_returned(f"{NO_RECEIPT}, whose receipt fails", *ends)
        for request in (SOLD_OUT, BROKEN):
            shop.ask(request)
            expect(
                len(read(shop.file)["receipts"]),
                1,
                called=f"number of receipts after {request}",
                hint="No order, no receipt.",
            )
        shop.check_pool()
