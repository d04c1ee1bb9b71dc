"""Turn the store from one connection per request into a pool; what counts is connections, not time."""

import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

import l01_why_pooling as store
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Pool, QueuePool, event

from poolschool.checks import (
    CallNote,
    Connections,
    Wrong,
    borrow,
    call,
    count_connections,
    describe,
    expect,
    expect_type,
)

SEARCH, SALE, REFUSAL = "GET /products?q=lamp", "POST /orders/chair", "POST /orders/unicorn"
NO_POOL = {
    "NullPool": ("NullPool keeps nothing: leave `poolclass` out and say how many to keep.", "connecting_is_free"),
    "StaticPool": ("StaticPool has one connection, and everybody uses it at once.", "one_connection_for_all"),
    "SingletonThreadPool": ("SingletonThreadPool keeps one for each thread and has no limit.", "nullpool_is_a_limit"),
}


def make_database(file: Path, *names: str) -> str:
    """Make a store with ten pieces of each product; return its URL."""
    database = sqlite3.connect(file)
    with database:
        database.execute("CREATE TABLE products (name TEXT PRIMARY KEY, stock INTEGER)")
        database.executemany("INSERT INTO products VALUES (?, 10)", [(name,) for name in names])
    database.close()
    return f"sqlite:///{file}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store with two lamps and a chair."""
    return make_database(tmp_path / "store.db", "desk lamp", "floor lamp", "chair")


def make_app(url: str) -> FastAPI:
    """Ask the learner for the application."""
    app = call(store.create_app, url)
    expect_type(app, FastAPI, called="create_app(url)")
    return app


def ask(shop: TestClient, request: str, status: int, answer: object, hint: str, belief: str = "") -> None:
    """Send a request, compare status and answer; None stands for any answer."""
    CallNote.text = request
    got = shop.request(*request.split())
    expect(got.status_code, status, called=request, hint=f"The stub answers {status} here.")
    if answer is not None:
        expect(got.json(), answer, called=request, hint=hint, belief=belief)


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
            ask(shop, SEARCH, 200, ["desk lamp", "floor lamp"], "The stub's query was right.")
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
            raise Wrong(called=f"10 × {SEARCH}", got=f"{seen.checkouts} checkouts", expected="10: every search borrows",
                        hint="Every request takes a connection out of the pool and returns it.",
                        belief="one_connection_for_all")  # fmt: skip
        ask(shop, SALE, 201, {"left": 9}, "An order that works answers how many are left.")
        check_reuse(seen, *searching)
        check_two_at_once(app, shop, seen)
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
        hint = "The searches share an engine; the order has another, and with it another pool."
    elif len(seen.pools) == 1:
        hint, belief = f"One engine ({seen.pools[0]}), but what it opened is not reused.", ""
    raise Wrong(
        called=f"10 × {SEARCH}, then {SALE}",
        got=f"{seen.opened} connections opened ({opened} by the searches), by {len(seen.pools)} pool{'s' * (len(seen.pools) > 1)}",
        expected="1 connection opened, by 1 pool",
        hint=hint,
        belief=belief,
    )


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
                hint, belief = (
                    "commit() ends the transaction and keeps the connection; close() returns it.",
                    "commit_gives_back",
                )
            raise Wrong(called=after, got=f"{seen.not_returned} not returned after the answer", hint=hint, belief=belief,
                        expected="0: the connection is returned on every way out")  # fmt: skip

        ask(shop, SALE, 201, {"left": 9}, "An order that works answers how many are left.")
        check_returned(SALE, *close_at_the_end)
        for _ in range(3):
            ask(shop, REFUSAL, 404, None, "")
            check_returned(f"{REFUSAL} (there is none: 404)", *close_at_the_end)
        ask(shop, "GET /products?q=unicorn", 200, [], "A search that finds nothing answers an empty list.")
        check_returned("GET /products?q=unicorn (there is none: [])", *close_at_the_end)
        ask(shop, SALE, 201, {"left": 8}, "Commit a sale before its connection is returned: what is not committed is "
            "rolled back.", "close_commits")  # fmt: skip
        file = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=1)
        try:
            file.execute("ALTER TABLE products RENAME TO hidden")
        except sqlite3.OperationalError:
            raise Wrong(called="the database, when all requests are answered", got="locked", expected="free",
                        hint="A result that is not read to its end locks its table: read it or close it.") from None  # fmt: skip
        for request in (SALE, SEARCH):
            with suppress(Exception):
                shop.request(*request.split())
            check_returned(f"{request}, with the database out of order", "An error of the database is a way out too: "
                           "it skips close(). A `with` block returns always.", "close_at_the_end")  # fmt: skip
        file.execute("ALTER TABLE hidden RENAME TO products")
        file.close()
        ask(shop, SALE, 201, {"left": 7}, "The sale before was refused by the database and must not count.")
