"""Turn the store from one connection per request into a pool; what counts is connections, not time."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import l01_why_pooling as store
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Pool, QueuePool, event

from poolschool.checks import (
    CallNote,
    Connections,
    Meeting,
    Wrong,
    borrow,
    call,
    call_at_once,
    count_connections,
    describe,
    expect,
    expect_type,
)

SEARCH, SALE, REFUSAL = "GET /products?q=lamp", "POST /orders/chair", "POST /orders/unicorn"
LAMPS = ["desk lamp", "floor lamp", "lamp shade"]
CROWD = 6  # shoppers at once: one more than the pool has connections
PATIENCE = 4  # seconds that one of them waits for a connection which others are to return
NO_POOL = {
    "NullPool": ("NullPool keeps nothing: leave `poolclass` out and say how many to keep.", "connecting_is_free"),
    "StaticPool": ("StaticPool has one connection, and everybody uses it at once.", "one_connection_for_all"),
    "SingletonThreadPool": ("SingletonThreadPool keeps one for each thread and has no limit.", "nullpool_is_a_limit"),
}


def make_database(file: Path, *names: str) -> str:
    """Make a store with ten pieces of each product; return its URL."""
    database = sqlite3.connect(file)
    with database:
        # No key: an index would put the names in order by itself.
        database.execute("CREATE TABLE products (name TEXT, stock INTEGER)")
        database.executemany("INSERT INTO products VALUES (?, 10)", [(name,) for name in names])
    database.close()
    return f"sqlite:///{file}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store whose products are in no order."""
    return make_database(tmp_path / "store.db", "lamp shade", "floor lamp", "stool", "desk lamp", "chair")


def make_app(url: str) -> FastAPI:
    """Ask the learner for the application."""
    app = call(store.create_app, url)
    expect_type(app, FastAPI, called="create_app(url)")
    return app


def ask(shop: TestClient, request: str, status: int, answer: object, hint: str, belief: str = "") -> None:
    """Send a request, compare status and answer; None stands for any answer."""
    CallNote.text = request
    try:
        got = shop.request(*request.split())
    except AttributeError as problem:
        if not str(problem).endswith(("'acquire'", "'release'")):
            raise
        raise Wrong(called=request, got=f"AttributeError: {problem}", expected=f"{status}",
                    hint="acquire and release are another library's words. SQLAlchemy's are `engine.connect()` and `close()`.",
                    belief="keyword_guessed") from None  # fmt: skip
    expect(got.status_code, status, called=request, hint=f"The stub answers {status} here.")
    if answer is not None:
        expect(got.json(), answer, called=request, hint=hint, belief=belief)


def ask_for_lamps(shop: TestClient) -> None:
    """Search, and tell what a wrong list shows: a pattern, or an order."""
    CallNote.text = SEARCH
    try:
        ask(shop, SEARCH, 200, LAMPS, "The stub's query was right.")
    except Wrong as wrong:
        for got, hint in (
            (
                [name for name in LAMPS if name.endswith("lamp")],
                "`q` may stand anywhere in the name: `%` on both sides of it.",
            ),
            (
                [name for name in LAMPS if name.startswith("lamp")],
                "`q` may stand anywhere in the name: `%` on both sides of it.",
            ),
            (["lamp shade", "floor lamp", "desk lamp"], "In alphabetical order: ORDER BY name, as in the stub."),
        ):
            if wrong.got == repr(got):
                wrong.hint = hint
        raise


@pytest.mark.task(
    1,
    "A pool that keeps five connections, and never opens a sixth",
    hint="Two keywords of create_engine: one says how many are kept, one how many may come on top.",
)
def test_pool_of_five(url: str) -> None:
    """make_engine returns an engine that keeps 5 connections and has at most 5 open."""
    engine = call(store.make_engine, url)
    expect_type(engine, Engine, called="make_engine(url)")
    pool, found = engine.pool, describe(engine.pool)
    if not isinstance(pool, QueuePool):
        hint, belief = NO_POOL.get(found, ("Leave `poolclass` out and say how many to keep.", ""))
        raise Wrong(called="make_engine(url).pool", got=found, hint=hint, belief=belief,
                    expected="QueuePool, which create_engine chooses by itself for a database file")  # fmt: skip
    if pool.size() == 0:
        raise Wrong(called="make_engine(url).pool.size()", got="0, which means: no limit at all", expected="5",
                    hint="Zero turns the limit off, not the pool.", belief="zero_means_off")  # fmt: skip
    with count_connections() as seen:
        borrowed = borrow(engine, 20, called="make_engine(url).connect()")
        for connection in borrowed:
            connection.close()
        kept, opened = seen.open_now, seen.opened
        for connection in borrow(engine, 5, called="make_engine(url).connect()"):
            connection.close()
    engine.dispose()
    overflow = pool._max_overflow
    reasons = {
        -1: ("max_overflow=-1 means no limit; no overflow at all is 0.", "minus_one_means_none"),
        10: ("`max_overflow` lets the pool open 10 more, unless you set it.", "overflow_forgotten"),
        5: ("`max_overflow` comes on top of `pool_size`; it is not the total.", "overflow_is_the_total"),
    }
    hint, belief = reasons.get(overflow, (f"max_overflow={overflow} lets it open {overflow} more than it keeps.", ""))
    if pool.size() == len(borrowed):
        hint, belief = "`pool_size` is how many it keeps.", ""
    if len(borrowed) != 5:
        raise Wrong(called="connections of make_engine(url) in use at once", got=f"{len(borrowed)} ({found})", expected="5",
                    hint=hint, belief=belief)  # fmt: skip
    expect(
        kept, 5, called=f"connections that make_engine(url) keeps ({found})", hint="`pool_size` is how many it keeps."
    )
    expect(seen.opened - opened, 0, called="connections opened by make_engine(url) while five are kept",
           hint=f"What is kept is to be reused. `pool_recycle` is {pool._recycle} here.")  # fmt: skip


@pytest.mark.task(2, "One engine for the whole store", hint="Where can the engine be made so that it is made once?")
def test_one_engine(url: str, tmp_path: Path) -> None:
    """Searches and orders one after another use one and the same connection, and return it each time."""
    with count_connections(keep_alive=True) as seen, TestClient(app := make_app(url)) as shop:
        at_start = seen.not_returned
        for number in range(1, 11):
            ask_for_lamps(shop)
            if number == 2 and seen.not_returned:
                shared = at_start or seen.checkouts == 1
                raise Wrong(
                    called=f"{SEARCH}, twice",
                    got=f"{seen.not_returned} in use after both were answered",
                    expected="0: every search returns its connection",
                    hint="It is kept between requests, where two shoppers would talk over each other: close it after each."
                    if shared
                    else "close() or the end of a `with` block returns it; a connection's commit(), detach() and `del` do not.",
                    belief="one_connection_for_all" if shared else "close_at_the_end",
                )
        searching = seen.opened, len(seen.pools)
        if seen.checkouts < 10:
            remembered = seen.checkouts > 0
            raise Wrong(called=f"10 × {SEARCH}", got=f"{seen.checkouts} checkout{'s' * (seen.checkouts != 1)}",
                        expected="10: every search borrows",
                        hint="Answers were remembered, so what is sold or new since then is missing: reuse connections, "
                        "and ask the database each time." if remembered else
                        "Every request takes a connection out of an engine's pool and returns it.",
                        belief="pool_is_a_cache" if remembered else "")  # fmt: skip
        ask(shop, SALE, 201, {"left": 9}, "An order that works answers how many are left.")
        check_reuse(seen, *searching)
        check_limits(seen, url)
        check_two_at_once(app, shop, seen)
    check_crowd(url)
    with TestClient(make_app(make_database(tmp_path / "other.db", "ceiling lamp"))) as other:
        ask(other, SEARCH, 200, ["ceiling lamp"], "This is another store, on a database of its own: `create_app(other_url)`.",
            "one_engine_for_everything")  # fmt: skip


def check_reuse(seen: Connections, opened: int, engines: int) -> None:
    """Raise Wrong unless ten searches and an order opened one connection; tell what opened the others."""
    if seen.opened == 1:
        return
    hint, belief = "An engine owns a pool. A new engine is a new and empty pool.", "engine_per_request"
    if seen.disposals:
        hint, belief = "dispose() closes what the pool keeps, so that the next request has to open one.", ""
    elif seen.most_checked_out > 1:
        hint, belief = f"One request borrowed {seen.most_checked_out} at once. One is enough.", ""
    elif engines == 1 < len(seen.pools):
        hint = "The searches share an engine; the order has another, and with it another pool and another limit."
        belief = ""  # each of the two is reused
    elif len(seen.pools) == 1:
        hint, belief = f"One engine ({seen.pools[0]}), but what it opened is not reused.", ""
    raise Wrong(
        called=f"10 × {SEARCH}, then {SALE}",
        got=f"{seen.opened} connections opened ({opened} by the searches), by {len(seen.pools)} pool{'s' * (len(seen.pools) > 1)}",
        expected="1 connection opened, by 1 pool",
        hint=hint,
        belief=belief,
    )


def check_limits(seen: Connections, url: str) -> None:
    """Raise Wrong if the application borrows from another pool than make_engine makes."""
    engine = call(store.make_engine, url)
    made = describe(engine.pool)
    if seen.pools != [made]:
        raise Wrong(called="the pool that create_app(url) borrows from", got=", ".join(seen.pools), expected=f"{made}, as make_engine(url) has",
                    hint="create_app has an engine of its own, with limits of its own: let make_engine make it.")  # fmt: skip


def check_two_at_once(app: FastAPI, shop: TestClient, seen: Connections) -> None:
    """Raise Wrong if two searches under way at the same time share a connection or a session."""
    if sys.platform == "emscripten":  # in the page one request follows another
        return
    inner: list[object] = []

    def search_meanwhile(*_: object) -> None:
        event.remove(Pool, "checkout", search_meanwhile)
        try:
            inner.append(TestClient(app).request(*SEARCH.split()).status_code)
        except Exception as problem:  # the learner's own handler, in the midst of another request
            inner.append(f"{type(problem).__name__}: {problem}".splitlines()[0])

    event.listen(Pool, "checkout", search_meanwhile)
    with suppress(Exception):
        shop.request(*SEARCH.split())
    if inner != [200] or seen.most_checked_out < 2:
        raise Wrong(called=f"{SEARCH} while another search is under way",
                    got=f"{inner[0] if inner else 'nothing'}, {seen.most_checked_out} in use", expected="200, 2 in use",
                    hint="Each request needs a connection or session of its own.", belief="one_connection_for_all")  # fmt: skip


@contextmanager
def hold_everyone() -> Iterator[None]:
    """Let nobody go on with a connection until six are in use, or no sixth comes; cap the wait for a connection.

    Also holds whoever makes an engine until another makes one too: if two requests can both make one, they do.
    """
    crowd, makers = Meeting(CROWD, 0.5), Meeting(2, 1)
    make = store.make_engine

    def hold(_: object, __: object, loan: Any) -> None:
        # A pool that gives up sooner is left as it is.
        if getattr(loan._pool, "_timeout", 0) > PATIENCE:
            loan._pool._timeout = PATIENCE
        crowd.wait()

    def make_slowly(*args: Any, **kwargs: Any) -> Engine:
        engine = make(*args, **kwargs)
        makers.wait()
        return engine

    event.listen(Pool, "checkout", hold)
    store.make_engine = make_slowly
    try:
        yield
    finally:
        store.make_engine = make
        event.remove(Pool, "checkout", hold)


def check_crowd(url: str) -> None:
    """Raise Wrong unless six searches at once get along with one engine, whose limits other checks look at."""
    if sys.platform == "emscripten":  # in the page one request follows another
        return
    called = f"{CROWD} × {SEARCH} at once, on a new app"
    start = Meeting(CROWD, 5)  # a busy machine starts six threads one after another

    def search() -> object:
        start.wait()
        try:
            return shop.request(*SEARCH.split()).status_code
        except Exception as problem:  # the learner's own handler, in a thread of ours
            return f"{type(problem).__name__}: {problem}".splitlines()[0].partition(" (Background")[0]

    with count_connections(keep_alive=True) as seen, TestClient(make_app(url)) as shop, hold_everyone():
        answers = call_at_once(search, CROWD)
    if len(seen.pools) > 1:
        raise Wrong(called=called, got=f"{len(seen.pools)} pools, {seen.most_open} connections open", expected="1 pool, and no more connections than it may open",
                    hint="Threads or first requests that come together each make an engine: make the one engine in "
                    "create_app or its lifespan, before there are requests.")  # fmt: skip
    failed = [answer for answer in answers if answer != 200]
    if failed:
        gave_up = any("TimeoutError" in str(answer) for answer in failed)
        blocked = seen.checkouts == 5
        hint = "Each request borrows for itself, and returns what it borrowed."
        if gave_up:
            hint = "A request that finds all five in use waits until one is returned, for 30 seconds unless `pool_timeout` says less."
        if gave_up and any(f"timeout {PATIENCE}" in str(answer) for answer in failed):
            hint = ("Five were never returned while others waited. A wait in an `async def` stops the whole event loop, "
                    "also the requests that are to return theirs: borrow in a plain `def`, or in a thread.")  # fmt: skip
        raise Wrong(called=called, got=f"{len(failed)} of them: {failed[0]}", expected=f"{CROWD} × 200", hint=hint,
                    belief="full_pool_crashes" if gave_up and not blocked else "")  # fmt: skip


@pytest.mark.task(
    3,
    "Every connection is returned, also when an order is refused",
    hint="What happens to `connection.close()` when the line before it raises?",
)
def test_every_way_out_returns(url: str) -> None:
    """Orders and searches return their connection, whether they succeed, are refused or fail."""
    close_at_the_end = (
        "A `with` block returns the connection on return, on raise, always. commit() and rollback() keep it.",
        "close_at_the_end",
    )
    with count_connections(keep_alive=True) as seen, TestClient(make_app(url)) as shop:

        def check_returned(after: str, hint: str, belief: str) -> None:
            if not seen.not_returned:
                return
            if after == SALE and not any(loan.dbapi_connection.in_transaction for loan in seen.loans.values()):
                hint, belief = "commit() ends the transaction and keeps the connection; close() returns it.", ""
            raise Wrong(called=after, got=f"{seen.not_returned} not returned after the answer", hint=hint, belief=belief,
                        expected="0: the connection is returned on every way out")  # fmt: skip

        ask(shop, SALE, 201, {"left": 9}, "An order that works answers how many are left.")
        check_returned(SALE, *close_at_the_end)
        before, opened = read_stock(url), seen.opened
        for _ in range(3):
            ask(shop, REFUSAL, 404, None, "")
            check_returned(f"{REFUSAL} (there is none: 404)", *close_at_the_end)
        expect(read_stock(url), before, called=f"the products after {REFUSAL}", hint="A refused order changes nothing.")
        check_opened(
            seen,
            opened,
            f"3 × {REFUSAL} (there is none: 404)",
            "A refusal is no fault of the connection: return it, and it is reused.",
        )
        with nobody_locking():
            change(url, "UPDATE products SET stock = 1 WHERE name = 'stool'")
        CallNote.text = "POST /orders/stool, the last piece"
        answer = shop.request("POST", "/orders/stool")
        if (answer.status_code, answer.text) != (201, '{"left":0}'):
            left = read_stock(url)["stool"]
            hint = (
                "The last piece is sold like any other, and 0 are left: only None means that there is no such product."
            )
            if answer.status_code >= 400 and left == 0:
                hint = "It was refused, and sold all the same: refuse before you commit."
            raise Wrong(called="POST /orders/stool, the last piece", got=f"{answer.status_code} {answer.text}, and {left} left in the database",
                        expected='201 {"left":0}, and 0 left in the database', hint=hint)  # fmt: skip
        ask(shop, "GET /products?q=unicorn", 200, [], "A search that finds nothing answers an empty list.")
        check_returned("GET /products?q=unicorn (there is none: [])", *close_at_the_end)
        ask(shop, SALE, 201, {"left": 8}, "Commit a sale before its connection is returned: what is not committed is "
            "rolled back.", "close_commits")  # fmt: skip
        check_interleaved(shop, url)
        opened = seen.opened
        file = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=1, isolation_level=None)
        with nobody_locking():
            file.execute("ALTER TABLE products RENAME TO hidden")
        failing = (
            "An error of the database is a way out too: it skips close(). A `with` block returns always.",
            "close_at_the_end",
        )
        for request in (SALE, SEARCH):
            called = f"{request}, with the database out of order"
            answer = send(shop, request)
            check_returned(called, *failing)
            check_error(called, answer)
        with nobody_locking():
            file.execute("ALTER TABLE hidden RENAME TO products")
        left = read_stock(url)["chair"]
        ask(shop, SALE, 201, {"left": left - 1}, "The sale before was refused by the database and must not count.")
        called = f"{SALE}, whose commit fails"
        with commit_failing(file):
            answer = send(shop, SALE)
        check_returned(called, *failing)
        check_error(called, answer)
        file.close()
        ask(shop, SALE, 201, {"left": left - 2}, "The sale before was refused by the database and must not count.")
        check_opened(seen, opened, "requests that the database refuses, then one that works",
                     "A statement that fails leaves its connection usable: return it, and the rollback is done for you.")  # fmt: skip


@contextmanager
def nobody_locking() -> Iterator[None]:
    """Raise Wrong if the database is locked inside the block, though all requests are answered."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        if "locked" not in str(problem):
            raise
        raise Wrong(called="the database, when all requests are answered", got="locked", expected="free",
                    hint="A result that is not read to its end locks its table: read it or close it.") from None  # fmt: skip


def change(url: str, statement: str, wait: float = 1) -> None:
    """Change the store's database from outside; raise OperationalError if it is locked for so many seconds."""
    database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=wait, isolation_level=None)
    try:
        database.execute(statement)
    finally:
        database.close()


def read_stock(url: str) -> dict[str, int]:
    """Read the stock of each product from outside."""
    database = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return dict(database.execute("SELECT name, stock FROM products"))
    finally:
        database.close()


def send(shop: TestClient, request: str) -> Any:
    """Send a request; return the response, or None if an exception came out of the handler."""
    try:
        return shop.request(*request.split())
    except Exception:
        return None


def check_error(called: str, answer: Any) -> None:
    """Raise Wrong if a request that the database failed is answered as if it had not."""
    if answer is None or answer.status_code >= 500:
        return
    hint = "It did not work, so do not say that it did: let the database's exception out, and FastAPI answers 500."
    if answer.status_code == 404:
        hint = "404 says that there is no such product. Nobody knows: let the database's exception out, and FastAPI answers 500."
    elif answer.text == "[]":
        hint = "[] says that nothing matches. Nobody knows: let the database's exception out, and FastAPI answers 500."
    raise Wrong(called=called, got=f"{answer.status_code} {answer.text}"[:200], expected="an error: the exception, or a status of 500 and above",
                hint=hint)  # fmt: skip


def check_opened(seen: Connections, before: int, called: str, hint: str) -> None:
    """Raise Wrong if connections were opened since `before` were."""
    if seen.opened > before:
        raise Wrong(called=called, got=f"{seen.opened - before} more connections opened", expected="0: the pool has one to reuse",
                    hint=hint)  # fmt: skip


def check_interleaved(shop: TestClient, url: str) -> None:
    """Raise Wrong if a sale gets lost that another shopper makes before the UPDATE of an order."""
    before, sold = read_stock(url)["chair"], list[bool]()

    def sell_meanwhile(_: object, __: object, statement: str, *___: object) -> None:
        if not sold and statement.lstrip()[:6].upper() == "UPDATE":
            with suppress(sqlite3.OperationalError):  # locked: the order keeps others out
                change(url, "UPDATE products SET stock = stock - 1 WHERE name = 'chair'", wait=0)
                sold.append(True)

    event.listen(Engine, "before_cursor_execute", sell_meanwhile)
    try:
        answer = send(shop, SALE)
    finally:
        event.remove(Engine, "before_cursor_execute", sell_meanwhile)
    orders = len(sold) + (answer is not None and answer.status_code == 201)
    expect(before - read_stock(url)["chair"], orders, called=f"pieces gone after {orders} orders of which one came in between",
           hint="Reading the stock and writing it back loses what others sell in between: let one UPDATE count down.")  # fmt: skip


@contextmanager
def commit_failing(file: sqlite3.Connection) -> Iterator[None]:
    """Let each UPDATE of a product break a foreign key that the database looks at when it commits."""
    used: list[Any] = []

    def look_at_keys(connection: Any, *_: object) -> None:
        used.append(connection)
        connection.execute("PRAGMA foreign_keys = ON")

    with nobody_locking():
        file.execute("CREATE TABLE shelves (id INTEGER PRIMARY KEY)")
        file.execute("CREATE TABLE labels (shelf INTEGER REFERENCES shelves (id) DEFERRABLE INITIALLY DEFERRED)")
        file.execute("CREATE TRIGGER label AFTER UPDATE ON products BEGIN INSERT INTO labels VALUES (1); END")
    event.listen(Pool, "checkout", look_at_keys)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", look_at_keys)
        for connection in used:
            # SQLite's transaction survives a commit that fails, and SQLAlchemy takes it for ended: no fault of the learner's.
            with suppress(sqlite3.Error):
                connection.rollback()
        with nobody_locking():
            file.execute("DROP TRIGGER label")
