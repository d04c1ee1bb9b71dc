"""Wire the store: what counts is who holds a connection, which sessions begin, and what is saved, at each moment of a request."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import l05_sessions_and_dependencies as store
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from poolschool.checks import (
    CallNote,
    Connections,
    Wrong,
    call,
    count_connections,
    count_pools,
    each_step_on_its_own_thread,
    expect,
    expect_type,
)

CHAIR, UNICORN, RELIC = "GET /products/chair", "GET /products/unicorn", "GET /products/relic"
SALE, SOLD_OUT, CURSED = "POST /orders/chair ann", "POST /orders/table ann", "POST /orders/mirror ann"
UNKNOWN, STRANGER, NO_RECEIPT = "POST /orders/unicorn ann", "POST /orders/chair eve", "POST /orders/lamp ben"
POOL = "QueuePool, pool_size 5, max_overflow 0"
TABLES = """
CREATE TABLE products (name TEXT PRIMARY KEY, price INTEGER, stock INTEGER);
CREATE TABLE shoppers (name TEXT PRIMARY KEY, orders INTEGER);
CREATE TABLE receipts (shopper TEXT, product TEXT);
INSERT INTO products VALUES ('chair', 120, 9), ('lamp', 39, 9), ('table', 300, 0), ('relic', NULL, 1), ('mirror', 80, 9);
INSERT INTO shoppers VALUES ('ann', 0), ('ben', 0);
CREATE TRIGGER curse AFTER UPDATE ON products WHEN new.name = 'mirror' BEGIN SELECT RAISE(ABORT, 'the mirror breaks'); END;
CREATE TRIGGER no_paper BEFORE INSERT ON receipts WHEN new.shopper = 'ben' BEGIN SELECT RAISE(ABORT, 'no paper'); END;
"""
HELD = ("A session holds a connection from its first query to commit(), rollback() or close(). A dependency's end comes "
        "after the answer (`scope=\"function\"`, FastAPI 0.121: before it).")  # fmt: skip


class Watched:
    """The learner's application as a server sees it: notes what is in use and saved when an answer starts, and what raised."""

    def __init__(self, app: FastAPI, file: Path, seen: Connections) -> None:
        self.app, self.file, self.seen = app, file, seen
        self.sessions: list[tuple[Session, bool, int]] = []  # each that began: before the answer started?, in use then
        self.answering, self.held, self.saved = False, 0, dict[str, Any]()
        self.problem: BaseException | None = None
        self.other, self.shared = (
            "",
            False,
        )  # the path of a request to answer meanwhile; did it get a session of this one?

    def begin(self, session: Session, *_: object) -> None:
        """Note a session that takes a connection; refer to it, so that no other is taken for it."""
        self.sessions.append((session, not self.answering, self.seen.not_returned))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def note_start(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.answering, self.held, self.saved = True, self.seen.not_returned, read(self.file)
                if self.other:
                    await asyncio.create_task(self.answer_another(self.other))
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception as problem:  # the learner's own, on its way to the server
            self.problem = problem
            raise

    async def answer_another(self, path: str) -> None:
        """Answer another request on the same event loop while an answer goes out; note whether it gets the same session."""
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
                 "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
                 "headers": [], "client": ("shopper", 1), "server": ("store", 80), "state": {}}  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_: Any) -> None: ...

        first, self.sessions = self.sessions, []
        with suppress(Exception):
            await self.app(scope, receive, send)
        self.shared = any(session is other for session, *_ in first for other, *_ in self.sessions)
        self.sessions = first


def read(file: Path) -> dict[str, Any]:
    """Read what is saved, beside the store's engine."""
    database = sqlite3.connect(file, timeout=1)
    stock = dict(database.execute("SELECT name, stock FROM products").fetchall())
    orders = dict(database.execute("SELECT name, orders FROM shoppers").fetchall())
    receipts = database.execute("SELECT shopper, product FROM receipts").fetchall()
    database.close()
    return {"stock": stock, "orders": orders, "receipts": receipts}


class Shop:
    """The store, open: asks, and tells what each request did."""

    def __init__(self, client: TestClient, watched: Watched) -> None:
        self.client, self.watched, self.seen = client, watched, watched.seen

    def ask(self, request: str, status: int | None = None, answer: object = None) -> None:
        """Send a request; compare status and answer if they are given, and name what was raised if they differ."""
        watched = self.watched
        watched.sessions.clear()
        watched.answering, watched.held, watched.problem = False, 0, None
        method, path, *shopper = request.split()
        CallNote.text = request
        got = self.client.request(method, path, headers={"shopper": shopper[0]} if shopper else {})
        if status is not None and got.status_code != status:
            problem = (
                f" ({type(watched.problem).__name__}: {watched.problem})".splitlines()[0] if watched.problem else ""
            )
            hint = "The stub answers this as it should: change only what holds, saves or returns."
            if "Response not awaited" in problem or "generator didn't yield" in problem:
                hint = "A dependency that catches the exception must raise it again: a bare `raise` in its `except`."
            if "DetachedInstanceError" in problem or "not bound to a Session" in problem:
                hint = "commit() expires objects, and their session is closed: read what the answer needs before."
            if "database is locked" in problem:
                hint = "Two sessions of one request write at once. One session is enough."
            raise Wrong(called=request, got=f"{got.status_code}{problem}", expected=str(status), hint=hint)
        if answer is not None:
            expect(got.json(), answer, called=request, hint="The stub answers this as it should.")

    def check_returned(self, request: str, hint: str, belief: str = "") -> None:
        """Raise Wrong if a connection is in use after a request."""
        if self.seen.not_returned:
            raise Wrong(called=request, got=f"{self.seen.not_returned} in use after the answer", expected="0 in use: it is "
                        "returned on every way out", hint=hint, belief=belief)  # fmt: skip

    def requests_sessions(self) -> list[Session]:
        """List the different sessions that took a connection before the answer started."""
        return list({id(session): session for session, before, _ in self.watched.sessions if before}.values())


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store with five products and two shoppers."""
    return make_database(tmp_path / "store.db")


def make_database(file: Path, price: int = 120) -> str:
    """Make a store whose chairs cost so much; return its URL."""
    database = sqlite3.connect(file)
    with database:
        database.executescript(TABLES)
        database.execute("UPDATE products SET price = ? WHERE name = 'chair'", (price,))
    database.close()
    return f"sqlite:///{file}"


def make_app(url: str) -> FastAPI:
    """Ask the learner for the application."""
    app = call(store.create_app, url)
    expect_type(app, FastAPI, called="create_app(url)")
    return app


@contextmanager
def open_shop(url: str) -> Iterator[Shop]:
    """Open the store and keep each of its loans alive, so that none is returned unless the store returns it."""
    with count_connections(keep_alive=True) as seen:
        watched = Watched(make_app(url), Path(url.removeprefix("sqlite:///")), seen)
        event.listen(Session, "after_begin", watched.begin)
        try:
            with TestClient(watched, raise_server_exceptions=False) as client:
                yield Shop(client, watched)
        finally:
            event.remove(Session, "after_begin", watched.begin)


@pytest.mark.task(1, "One engine, from the start to the end", hint="What does FastAPI(lifespan=…) take?")
def test_lifespan(url: str, tmp_path: Path) -> None:
    """The application makes one engine when it starts and disposes of it when it ends, each time that it is started."""
    with count_pools() as made:
        app = make_app(url)
    if made:
        raise Wrong(called="create_app(url)", got="an engine is made", expected="no engine before the application starts",
                    hint="Whoever only imports the store, as tests and tools do, needs no engine: make it in the lifespan.",
                    belief="engine_needs_no_end")  # fmt: skip
    for start in ("started", "started a second time"):
        check_life(app, start)
    with ExitStack() as both:
        other = make_app(make_database(tmp_path / "other.db", price=99))
        shops = [both.enter_context(TestClient(one, raise_server_exceptions=False)) for one in (make_app(url), other)]
        for shop, price in zip(shops, (120, 99), strict=True):
            CallNote.text = CHAIR
            got = shop.request(*CHAIR.split())
            expect(got.json() if got.status_code == 200 else got.status_code, {"price": price, "stock": 9}, called=f"{CHAIR}, "
                   "with two applications started, each on a database of its own", hint="Keep the engine where it belongs to "
                   "one application, as in app.state: not in a global.", belief="one_engine_for_everything")  # fmt: skip


def check_life(app: FastAPI, start: str) -> None:
    """Start the application, ask twice, end it; raise Wrong unless it has one engine for that time, and leaves nothing open."""
    called = f"create_app(url), {start}"
    with count_connections(keep_alive=True) as seen, count_pools() as made:
        with TestClient(app, raise_server_exceptions=False) as shop:
            at_start = len(made)
            if at_start > 1:
                raise Wrong(called=called, got=f"{at_start} engines are made", expected="1 engine", hint="One make_engine() "
                            "for all is enough.", belief="engine_per_request")  # fmt: skip
            answers = [shop.request(*CHAIR.split()) for _ in range(2)]
            disposals = seen.disposals
        statuses = [answer.status_code for answer in answers]
        if statuses != [200, 200]:
            raise Wrong(called=f"{called}: {CHAIR}, twice", got=", ".join(map(str, statuses)), expected="200, 200",
                        hint="An application may be started again, as each test does: each start makes an engine."
                        if "second" in start else "Can the dependency reach the engine that the lifespan has made?")  # fmt: skip
    if not at_start:
        raise Wrong(called=called, got=f"no engine at the start, {len(made)} after two requests", expected="1 engine at the start",
                    hint="Made by the first request, a wrong address shows only then, and two first requests make two. "
                    "Which lines of the lifespan run at the start?", belief="engine_per_request" if len(made) > 1 else "")  # fmt: skip
    if disposals:
        raise Wrong(called=f"{called}: {CHAIR}, twice", got=f"{disposals} × dispose() while it runs", expected="dispose() at its end only",
                    hint="dispose() closes what the pool keeps, and the next request has to connect.")  # fmt: skip
    if seen.opened > 1:
        raise Wrong(called=f"{called}: {CHAIR}, twice", got=f"{seen.opened} connections opened by {len(seen.pools)} pools",
                    expected="1 opened, and used again", hint="A new engine is a new and empty pool.", belief="engine_per_request")  # fmt: skip
    expect(seen.pools, [POOL], called=f"{called}: the pool it borrows from", hint="Let make_engine make it, as it was.")
    if seen.open_now:
        hint = "What follows the `yield` of the lifespan runs at the end: dispose() belongs there."
        if seen.disposals:
            hint = "dispose() was called, and left it open: it closes what is idle, at the moment when it is called, unless `close=False`."
        raise Wrong(called=f"{called} and ended", got=f"{seen.open_now} connection still open", expected="0 connections open",
                    hint=hint, belief="engine_needs_no_end")  # fmt: skip


@pytest.mark.task(
    2, "The connection is returned on every way out", hint="Only a `with` block or a `finally` always ends."
)
def test_every_way_out(url: str) -> None:
    """A search returns its connection after a 200, a 404, an answer that FastAPI refuses, and a failing database."""
    plain = "FastAPI throws the exception in at the `yield`: plain lines after it are skipped. A block's end is not."
    with open_shop(url) as shop:
        shop.ask(CHAIR, 200, {"price": 120, "stock": 9})
        shop.check_returned(
            CHAIR,
            "Nobody returns the request's connection: does the dependency end at its `yield`?",
            "session_is_closed_for_you",
        )
        ways = (
            (UNICORN, 404, "404: HTTPException"),
            (RELIC, 500, "500: its price is None, which FastAPI refuses to answer"),
        )
        for request, status, why in ways:
            shop.ask(request, status)
            shop.check_returned(f"{request} ({why})", plain, "after_yield_always_runs")
        failing = sqlite3.connect(shop.watched.file)
        failing.execute("ALTER TABLE products RENAME TO lost")
        failing.close()
        shop.ask(CHAIR, 500)
        shop.check_returned(f"{CHAIR} (500: the database refuses the query)", plain, "after_yield_always_runs")
        check_pool(shop)


def check_pool(shop: Shop) -> None:
    """Raise Wrong unless everything was borrowed from one pool with make_engine's limits."""
    if shop.seen.pools != [POOL]:
        raise Wrong(called="the pools that the store borrows from", got=", ".join(shop.seen.pools) or "none", expected=POOL,
                    hint="One engine by make_engine, as it was: the connections are to be returned, not multiplied.",
                    belief="engine_per_request" if len(shop.seen.pools) > 1 else "bigger_pool_mends")  # fmt: skip


@pytest.mark.task(
    3, "One request, one session", hint="A dependency can depend on another: FastAPI calls it once per request."
)
def test_one_session(url: str) -> None:
    """The shopper and the order come from one session, whichever threads they run on, and no other request has it."""
    with open_shop(url) as shop:
        check_one(
            shop,
            SALE,
            "get_shopper and order want the same object: let get_shopper depend on get_session.",
            "session_per_dependency",
        )
        check_one(
            shop,
            STRANGER,
            "get_shopper is a dependency: FastAPI hands it the request's session, it need not make one.",
            "",
        )
        threads = ("The steps of a request run on whichever threads are free. What belongs to a thread, as a scoped_session "
                   "does, belongs to no request.")  # fmt: skip
        with each_step_on_its_own_thread():
            check_one(shop, SALE, threads, "thread_is_a_request", ", each step on a thread of its own")
        shop.watched.other = "/products/chair"
        shop.ask(SALE, 201)
        if shop.watched.shared:
            raise Wrong(called=f"{SALE}, and {CHAIR} while its answer goes out", got="both have the same session",
                        expected="a session for each request", hint="Two requests in one session are in one transaction, and "
                        "end it for each other. Make the session in the dependency, anew for each request.", belief="thread_is_a_request")  # fmt: skip
        check_pool(shop)


def check_one(shop: Shop, request: str, hint: str, belief: str, how: str = "") -> None:
    """Raise Wrong unless a request has one session, and returns its connection."""
    shop.ask(request, 401 if request == STRANGER else 201)
    sessions, most = (
        shop.requests_sessions(),
        max((held for _, before, held in shop.watched.sessions if before), default=0),
    )
    if len(sessions) != 1 or most > 1:
        raise Wrong(called=request + how, got=f"{len(sessions)} sessions, {most} connection{'s' * (most != 1)} in use at once",
                    expected="1 session, 1 connection in use", hint=hint, belief=belief)  # fmt: skip
    shop.check_returned(request + how, hint, belief)


@pytest.mark.task(
    4,
    "When the answer goes out: saved, or undone, and nothing in use",
    hint="Which line ends the transaction, and when does it run?",
)
def test_saved_and_returned(url: str) -> None:
    """When an answer starts, an order is saved as a whole or not at all, and no connection is in use."""
    with open_shop(url) as shop:
        shop.ask(SALE, 201, {"left": 8, "orders": 1})
        saved = shop.watched.saved
        late = read(shop.watched.file)
        for what, name, after in (("stock", "chair", 8), ("orders", "ann", 1)):
            if saved[what][name] == after:
                continue
            hint, belief = "Nothing commits it, and close() rolls back.", "close_saves"
            if late[what][name] == after:
                hint, belief = ("It is saved later: the client has its answer before, and gets no other if the commit fails. "
                                "Commit before the answer starts."), "answer_is_saved"  # fmt: skip
            elif saved["stock"]["chair"] == 8 or saved["orders"]["ann"] == 1:
                hint, belief = (
                    "The other half is saved. One session and one commit save both, or neither.",
                    "session_per_dependency",
                )
            raise Wrong(called=f"{SALE}: {what} of {name} in the database when the answer starts", got=str(saved[what][name]),
                        expected=str(after), hint=hint, belief=belief)  # fmt: skip
        check_nothing_in_use(shop, SALE)
        for request, status, answer in (
            (CHAIR, 200, {"price": 120, "stock": 8}),
            (UNICORN, 404, None),
            (RELIC, 500, None),
        ):
            shop.ask(request, status, answer)
            check_nothing_in_use(shop, request)
        for request, status in ((SOLD_OUT, 409), (UNKNOWN, 404), (STRANGER, 401), (CURSED, 500)):
            before = read(shop.watched.file)
            shop.ask(request, status)
            check_nothing_in_use(shop, request)
            after = read(shop.watched.file)
            for what in before:
                expect(after[what], before[what], called=f"{what} after {request} ({status})", hint="What is refused changes nothing: "
                       "commit after the last thing that can go wrong, and let an exception roll back.", belief="rollback_needs_a_call")  # fmt: skip
        check_pool(shop)


def check_nothing_in_use(shop: Shop, request: str) -> None:
    """Raise Wrong if a connection was in use when the answer started, or is after it."""
    watched = shop.watched
    if watched.held:
        began = len([1 for _, before, _ in watched.sessions if before])
        hint, belief = HELD, "returned_at_return"
        if began > 1:
            hint, belief = ("It was returned and taken again: commit() expires what is loaded, and the next look at it is a "
                            "query. Read before you commit."), "commit_before_reading"  # fmt: skip
        raise Wrong(
            called=f"{request}: when its answer starts",
            got=f"{watched.held} in use",
            expected="0 in use",
            hint=hint,
            belief=belief,
        )
    shop.check_returned(request, HELD, "returned_at_return")


@pytest.mark.task(
    5, "The receipt, after the answer", hint="A task needs an engine and plain data, and a session of its own."
)
def test_receipt(url: str) -> None:
    """A receipt is written after the answer, in a session of its own, and its failure changes nothing else."""
    with open_shop(url) as shop:
        shop.ask(SALE, 201, {"left": 8, "orders": 1})
        watched = shop.watched
        own, late = shop.requests_sessions(), [entry for entry in watched.sessions if not entry[1]]
        expect(watched.saved["receipts"], [], called=f"receipts when the answer to {SALE} starts",
               hint="The shopper waits for the answer, not for the receipt: write it in a background task.")  # fmt: skip
        if any(session in own for session, _, _ in late):
            raise Wrong(called=f"{SALE}: the session that writes the receipt", got="the request's, which takes a connection again",
                        expected="a session of its own", hint="A closed session silently starts again, and with "
                        '`scope="function"` nobody closes it a second time. Give the task the engine and plain data.',
                        belief="closed_session_refuses")  # fmt: skip
        if any(held > 1 for *_, held in late):
            raise Wrong(called=f"{SALE}: when the receipt is written", got="2 in use", expected="1 in use: the task's own",
                        hint="The request holds a second one meanwhile: what a task needs goes to it as plain data.", belief="returned_at_return")  # fmt: skip
        problem = f" ({type(watched.problem).__name__}: {watched.problem})".splitlines()[0] if watched.problem else ""
        hint = "Nothing commits it, and close() rolls back."
        if "Detached" in problem or "not bound" in problem or "not persistent" in problem:
            hint = "An object whose session has ended cannot load what commit() expired: give the task a name, not the shopper."
        if not late and not problem:
            hint = "The task never ran a query in a session. Was it added, with all it needs?"
        if (receipts := read(watched.file)["receipts"]) != [("ann", "chair")]:
            raise Wrong(
                called=f"receipts after {SALE}", got=f"{receipts}{problem}", expected="[('ann', 'chair')]", hint=hint
            )
        shop.check_returned(
            f"{SALE}, and its receipt",
            "The task's session is not closed: nobody else knows of it.",
            "session_is_closed_for_you",
        )
        shop.ask(NO_RECEIPT)  # whether the exception reaches the client is the server's business
        after = read(watched.file)
        expect((after["stock"]["lamp"], after["orders"]["ben"]), (8, 1), called=f"stock and orders after {NO_RECEIPT}, whose receipt fails",
               hint="The order was answered and stays.")  # fmt: skip
        shop.check_returned(
            f"{NO_RECEIPT}, whose receipt fails",
            "An exception in the task skips its last line too: a block ends always.",
            "close_at_the_end",
        )
        shop.ask(SALE, 201, {"left": 7, "orders": 2})
        for request in (SOLD_OUT, CURSED):
            shop.ask(request)
            expect(
                len(read(watched.file)["receipts"]), 2, called=f"receipts after {request}", hint="No order, no receipt."
            )
        check_pool(shop)
