"""Fix five leaks; nothing is returned by luck here, for the checker keeps every loan alive."""

import gc
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from inspect import getsource
from itertools import islice
from pathlib import Path
from typing import Any

import l09_leaks as store
import pytest
from sqlalchemy import Engine, QueuePool, event, exc
from sqlalchemy.orm.exc import DetachedInstanceError

from poolschool.checks import (
    Connections,
    Wrong,
    borrow,
    call,
    count_connections,
    describe,
    expect,
    expect_type,
)

POOL = "QueuePool, pool_size 5, max_overflow 0"
CLOSE_AT_THE_END = (
    "A return skips close(); the end of a `with` block returns the connection, always.",
    "close_at_the_end",
)


class Ledger:
    """All loans of the store. It keeps each alive, so that none is returned unless the store returns it."""

    def __init__(self, url: str, seen: Connections) -> None:
        self.engine, self.seen, self.file = call(store.make_engine, url), seen, url.removeprefix("sqlite:///")
        expect_type(self.engine, Engine, called="make_engine(url)")
        self.collected, self.failing, self.rows, self.borrowed, self.ended = False, False, 0, list[Any](), list[str]()
        event.listen(self.engine, "engine_connect", self.borrowed.append)
        event.listen(self.engine, "commit", lambda _: self.ended.append("commit"))
        event.listen(self.engine, "rollback", lambda _: self.ended.append("rollback"))
        event.listen(self.engine, "savepoint", lambda *_: self.ended.append("savepoint"))
        event.listen(self.engine, "connect", self.watch)

    def watch(self, connection: sqlite3.Connection, _: object) -> None:
        """Count the rows of a connection, and let its queries fail while they are to."""
        connection.row_factory = self.note_row
        connection.set_authorizer(self.authorize)

    def authorize(self, action: int, *_: object) -> int:
        """Refuse to read and write tables while queries are to fail."""
        denied = self.failing and action in (sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE)
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

    def note_row(self, _: object, row: Any) -> Any:
        """Count a row that was read from the database."""
        self.rows += 1
        return row

    def on_collection(self, *_: object) -> None:
        """Note that the collector ran: it is disabled, so the store has called it."""
        self.collected = True

    def sql(self, statement: str, *rows: tuple[object, ...]) -> list[Any]:
        """Run SQL beside the store's engine."""
        database = sqlite3.connect(self.file, timeout=1)
        with database:
            if rows:
                database.executemany(statement, rows)
            got = [] if rows else database.execute(statement).fetchall()
        database.close()
        return got

    def check_returned(self, called: str, function: Callable[..., Any], hint: str, belief: str) -> None:
        """Raise Wrong if a connection is not returned; a cure that was tried and is none gets its own hint."""
        if not self.seen.not_returned:
            return
        pool, ended = self.engine.pool, [one for one in self.borrowed if not (one.closed or one.in_transaction())]
        cures = [
            (self.seen.disposals, "dispose() starts a new pool; what the old one handed out stays open.", "dispose_takes_back"),
            (self.seen.detached, "detach() takes a connection out of its pool, and nobody has closed it.", ""),
            (self.collected, "gc.collect() frees what nobody refers to. Here somebody does.", "gc_will_close"),
            (not isinstance(pool, QueuePool), "With NullPool each leak is an open connection of the server.", "null_pool_mends"),
            (isinstance(pool, QueuePool) and (pool.size(), pool._max_overflow) != (5, 0),
             "A bigger pool is empty a little later. Leave make_engine as it was.", "bigger_pool_mends"),
            (ended, "The transaction has ended, the connection is in use: commit() and rollback() keep it, close() returns it.",
             "commit_gives_back"),
            (re.search(r"^ +del ", getsource(function), re.MULTILINE), "`del` removes a name; nothing is returned by it.", "del_gives_back"),
        ]  # fmt: skip
        hint, belief = next((why for tried, *why in cures if tried), (hint, belief))
        raise Wrong(
            called=called,
            got=f"{self.seen.not_returned} not returned",
            expected="0 not returned",
            hint=hint,
            belief=belief,
        )

    def check_returned_after_an_error(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Raise Wrong if the function keeps its connection when the database refuses the query."""
        self.engine.pool.dispose()  # an old connection remembers statements that were allowed
        self.failing = True
        with suppress(Exception):
            list(call(function, self.engine, *arguments))
        self.failing = False
        self.check_returned(f"{function.__name__}(engine, …), with a database that refuses the query", function,
                            "An error of the database is a way out too: it skips close().", "close_at_the_end")  # fmt: skip


def check_pool(engine: Engine) -> None:
    """Raise Wrong unless an engine has the pool that the stub gave it."""
    belief = "bigger_pool_mends" if isinstance(engine.pool, QueuePool) else "null_pool_mends"
    if describe(engine.pool) != POOL:
        raise Wrong(called="the pool of make_engine(url)", got=describe(engine.pool), expected=POOL,
                    hint="The leaks are in the functions. Leave make_engine as it was.", belief=belief)  # fmt: skip


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store with three products."""
    database = sqlite3.connect(tmp_path / "store.db")
    with database:
        database.execute("CREATE TABLE products (name TEXT PRIMARY KEY, price INTEGER, stock INTEGER)")
        database.execute("INSERT INTO products VALUES ('desk lamp', 39, 10), ('chair', 120, 4), ('table', 300, 2)")
    database.close()
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """Keep a ledger of the store's loans, the collector away, and a note if it is called."""
    with count_connections(keep_alive=True) as seen:
        ledger = Ledger(url, seen)
        gc.disable()
        gc.callbacks.append(ledger.on_collection)
        yield ledger
        gc.callbacks.remove(ledger.on_collection)
        gc.enable()
    ledger.engine.dispose()


@pytest.mark.task(1, "The early return", hint="Which line does the shopper of a unicorn never reach?")
def test_early_return(ledger: Ledger) -> None:
    """price_of returns its connection, for a product that exists, for one that does not, and when the query fails."""
    ledger.sql("INSERT INTO products VALUES (?, ?, ?)", ("catalogue", 0, 7))
    hints = {
        0: "0 is a price: None is for what the store does not have.",
        125: "Ask the database each time: prices change.",
    }
    for name, price in (("chair", 120), ("unicorn", None), ("catalogue", 0), ("chair", 125)):
        called = f"price_of(engine, {name!r})"
        if price == 125:
            ledger.sql("UPDATE products SET price = ? WHERE name = ?", (price, name))
            called += ", after its price was changed to 125"
        expect(call(store.price_of, ledger.engine, name), price, called=called,
               hint=hints.get(-1 if price is None else price, "The stub's query was right."),
               belief="pool_is_a_cache" if price == 125 else "")  # fmt: skip
        ledger.check_returned(called, store.price_of, *CLOSE_AT_THE_END)
    check_pool(ledger.engine)
    ledger.check_returned_after_an_error(store.price_of, "chair")


@pytest.mark.task(2, "The exception that was kept", hint="What does an exception refer to, besides its message?")
def test_kept_exception(ledger: Ledger) -> None:
    """change_prices returns its connection after each price, also while the errors are kept, and saves each by itself."""
    called = "change_prices(engine, {'table': 250, 'desk lamp': 45, 'chair': 0})"
    errors = call(store.change_prices, ledger.engine, {"table": 250, "desk lamp": 45, "chair": 0})
    expect_type(errors, list, called=called)
    if [isinstance(one, ValueError) for one in errors] != [True]:
        raise Wrong(called=called, got=errors, expected="one ValueError", hint="One error for each refused price.")
    hint, belief = (
        "An error skips close(), and its traceback keeps the frame with your `connection`.",
        "error_is_a_message",
    )
    if errors[0].__traceback__ is None:
        hint, belief = (
            "The traceback is gone and the connection is not returned: it and its transaction refer to each other.",
            "gc_will_close",
        )
    ledger.check_returned(called, store.change_prices, hint, belief)
    prices = dict(ledger.sql("SELECT name, price FROM products ORDER BY name"))
    hint, belief = "Only the prices above zero are saved, each by a commit of its own.", ""
    if prices == {"chair": 120, "desk lamp": 39, "table": 300}:
        hint, belief = "Returning a connection rolls back what was not committed.", "close_commits"
    elif prices["chair"] == 0:
        hint = "The refused price was saved: roll back, or look at the price before the UPDATE."
    expect(
        prices,
        {"chair": 120, "desk lamp": 45, "table": 250},
        called=f"the prices after {called}",
        hint=hint,
        belief=belief,
    )
    if "savepoint" in ledger.ended and ledger.ended.count("commit") < 2:
        raise Wrong(called=called, got=f"{ledger.ended.count('savepoint')} savepoints in one transaction",
                    expected="a transaction of its own for each price", hint="A savepoint is a part of its transaction, and is "
                    "rolled back with it.")  # fmt: skip
    called = "change_prices(engine, {'chair': -1, 'table': 255})"
    errors = call(store.change_prices, ledger.engine, {"chair": -1, "table": 255})
    expect([type(one).__name__ for one in errors], ["ValueError"], called=f"the types of {called}",
           hint="One error for each refused price.")  # fmt: skip
    prices = dict(ledger.sql("SELECT name, price FROM products ORDER BY name"))
    hint = "A refused price does not keep the next one from being saved."
    if prices["chair"] == -1:
        hint = "The refused price was saved by the commit of the next one: its transaction had not ended."
    expect(prices, {"chair": 120, "desk lamp": 45, "table": 255}, called=f"the prices after {called}", hint=hint)
    called = "change_prices(engine, {'desk lamp': 46, 'chair': 2**70}), where the database refuses the second"
    refusal = error_of(store.change_prices, ledger.engine, {"desk lamp": 46, "chair": 2**70})
    ledger.check_returned(
        called, store.change_prices, "An error of the database is a way out too: it skips close().", "close_at_the_end"
    )
    prices = dict(ledger.sql("SELECT name, price FROM products ORDER BY name"))
    expect(prices["desk lamp"], 46, called=f"the lamp's price after {called}",
           hint="A transaction of its own for each price: what was saved stays saved when a later one fails.")  # fmt: skip
    if refusal is None:
        raise Wrong(called=called, got="no error was raised", expected="the database's error, raised",
                    hint="Report prices that are not above zero. What the database refuses is not for the report.")  # fmt: skip
    others = borrow(ledger.engine, 5, called="engine.connect()")
    ledger.engine.pool._timeout = 0  # type: ignore[attr-defined] # nothing will be returned: no need to wait
    refusal = error_of(store.change_prices, ledger.engine, {"desk lamp": 47})
    for connection in others:
        connection.close()
    if not isinstance(refusal, exc.TimeoutError):
        raise Wrong(called="change_prices(engine, {'desk lamp': 47}), with every connection in use",
                    got=type(refusal).__name__ if refusal else "no error was raised", expected="TimeoutError",
                    hint="There was no connection: nothing to close, and no refused price. Let the pool's error out.")  # fmt: skip


def error_of(function: Callable[..., Any], *arguments: Any) -> Exception | None:
    """Call the learner's function and return what it raises."""
    try:
        call(function, *arguments)
    except Exception as problem:
        return problem
    return None


@pytest.mark.task(3, "The reader who stops early", hint="Where does a generator stand when nobody asks it for more?")
def test_generator(ledger: Ledger) -> None:
    """product_names reads a few rows at a time, and returns its connection when it is exhausted, closed or fails."""
    names = call(store.product_names, ledger.engine)
    expect_type(names, Iterable, called="product_names(engine)")
    expect(
        list(names), ["chair", "desk lamp", "table"], called="list(product_names(engine))", hint="All names, in order."
    )
    ledger.check_returned("list(product_names(engine))", store.product_names, "All is read and the connection is in use: closing a "
                          "result does not return it, close() or the end of a `with` block does.", "close_at_the_end")  # fmt: skip
    ledger.sql("INSERT INTO products VALUES (?, 1, 1)", *((f"lamp {number:05}",) for number in range(3_000)))
    ledger.rows = 0
    names = iter(call(store.product_names, ledger.engine))
    called = "names = product_names(engine); next(names)"
    expect(next(names, None), "chair", called=called, hint="All names, in order.")
    if not ledger.seen.not_returned:
        ledger.engine.pool.dispose()
        try:
            list(islice(names, 10))
        except Exception as problem:
            raise Wrong(called="product_names(engine), read on after it returned its connection", got=type(problem).__name__,
                        expected="all names", hint="Rows come through the connection: read first, then return it.",
                        belief="result_outlives_checkout") from None  # fmt: skip
    if ledger.rows > 1_500:
        raise Wrong(called=f"{called}, of 3,003 names", got=f"{ledger.rows:,} rows read", expected="a few rows at a time",
                    hint="The query may find more than fits into memory: yield while you read, inside of the `with` block.")  # fmt: skip
    getattr(names, "close", int)()
    everything = [name for (name,) in ledger.sql("SELECT name FROM products ORDER BY name")]
    got = list(call(store.product_names, ledger.engine))
    if got != everything:
        raise Wrong(called="list(product_names(engine)), of 3,003 names", got=f"{len(got):,} names" + (", in another order" if
                    sorted(got) == everything else ""), expected="3,003 names, in order",
                    hint="A reader who does not stop early gets all of them.")  # fmt: skip
    ledger.check_returned(f"{called}; names.close()", store.product_names,
                          "close() raises GeneratorExit at the yield: the last line is skipped.", "generator_cleans_up")  # fmt: skip
    names = iter(call(store.product_names, ledger.engine))
    getattr(names, "close", int)()
    del names
    if left := ledger.seen.not_returned:
        raise Wrong(called="names = product_names(engine); names.close(), without reading", got=f"{left} not returned",
                    expected="0 not returned", hint="A generator that was never started runs no line of its own, no `with` either: "
                    "borrow inside of it.", belief="generator_cleans_up")  # fmt: skip
    ledger.check_returned_after_an_error(store.product_names)


@pytest.mark.task(
    4,
    "The session and the cache that keep a connection",
    hint="Who still holds a connection after the function returned?",
)
def test_kept_for_later(ledger: Ledger) -> None:
    """find_product and stock_of hold nothing once they have answered or failed, nor does the product."""
    called = "find_product(engine, 'desk lamp')"
    lamp = call(store.find_product, ledger.engine, "desk lamp")
    expect_type(lamp, store.Product, called=called)
    ledger.check_returned(called, store.find_product, "The session borrowed at its query. Commit, rollback or close returns the "
                          "connection.", "returned_is_closed")  # fmt: skip
    how = ledger.ended[-1] if ledger.ended else "commit"
    readable = list[str]()
    for name, value in (("price", 39), ("stock", 10), ("name", "desk lamp")):
        try:
            got = getattr(lamp, name)
        except DetachedInstanceError:
            hint = f"`{name}` was not loaded, or has expired: load the whole product, then close()."
            if not readable:
                hint = f"{how}() expires what was loaded. To read, close() is enough."
            raise Wrong(called=f"{called}.{name}", got="DetachedInstanceError", expected=repr(value), hint=hint,
                        belief="commit_before_reading" if how == "commit" and not readable else "") from None  # fmt: skip
        expect(got, value, called=f"{called}.{name}", hint="The stub's query was right: it loads the whole product.")
        ledger.check_returned(f"{called}.{name}", store.find_product, f"{how}() expires what was loaded: a read asks the database "
                              "again, and the session borrows again.", "commit_before_reading" if how == "commit" else "")  # fmt: skip
        readable.append(name)
    ledger.sql("UPDATE products SET price = ? WHERE name = ?", (41, "desk lamp"))
    expect(call(store.find_product, ledger.engine, "desk lamp").price, 41, called=f"{called}.price, after it was changed to 41",
           hint="Ask the database each time: prices change.", belief="pool_is_a_cache")  # fmt: skip
    problem, unknown = None, "find_product(engine, 'unicorn')"
    try:
        got = call(store.find_product, ledger.engine, "unicorn")
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        raise Wrong(
            called=unknown, got=problem, expected="None", hint="The store does not have it: session.get() gives None."
        )
    expect(got, None, called=unknown, hint="None, as before.")
    ledger.check_returned("find_product(engine, 'unicorn')", store.find_product, *CLOSE_AT_THE_END)
    ledger.check_returned_after_an_error(store.find_product, "chair")
    closed = ledger.seen.closed
    for name, left in (("chair", 4), ("table", 2), ("chair", 3)):
        if left == 3:
            ledger.sql("UPDATE products SET stock = 3 WHERE name = 'chair'")
        expect(call(store.stock_of, ledger.engine, name), left, called=f"stock_of(engine, {name!r})",
               hint="Ask the database each time: the stock changes.", belief="pool_is_a_cache")  # fmt: skip
        ledger.check_returned(f"stock_of(engine, {name!r})", store.stock_of, "Keeping connections open is the pool's work; a cache "
                              "beside it never returns one.", "own_cache_saves_time")  # fmt: skip
    expect(ledger.seen.closed - closed, 0, called="connections closed by stock_of(engine, …), called three times",
           hint="Return the connection to the pool, open, for the next caller: close() does.")  # fmt: skip
    refusal = error_of(store.stock_of, ledger.engine, "unicorn")
    ledger.check_returned(
        "stock_of(engine, 'unicorn')", store.stock_of, "What is raised skips close().", "close_at_the_end"
    )
    if refusal is None:
        raise Wrong(called="stock_of(engine, 'unicorn')", got="no error was raised", expected="an error",
                    hint="The store does not have it. scalar_one() raises, as before.")  # fmt: skip
    ledger.check_returned_after_an_error(store.stock_of, "chair")
