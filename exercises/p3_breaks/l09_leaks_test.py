"""Find five leaks and write the detector; no loan comes back by luck here, for the checker keeps hold of each."""

import gc
import re
from collections.abc import Callable, Iterator
from inspect import getsource
from itertools import islice
from pathlib import Path
from typing import Any

import l09_leaks as store
import pytest
from sqlalchemy import QueuePool, create_engine, event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm.exc import DetachedInstanceError

from poolschool.checks import Wrong, call, expect

ORDERS = """from sqlalchemy import text
from sqlalchemy.orm import Session
def by_connect(engine):
    return engine.connect()
def by_begin(engine):
    with engine.begin() as connection:
        yield connection
def by_session(engine):
    session = Session(engine)
    session.execute(text("SELECT 1"))
    return session
def forget(engine):
    connection = engine.connect()
"""


class Ledger:
    """All loans of the store's engine. It keeps hold of each, so that nothing comes back unless it is given back."""

    def __init__(self, url: str) -> None:
        self.engine, self.collected = call(store.make_engine, url), False
        self.out, self.borrowed, self.disposed = dict[Any, Any](), list[Any](), list[Any]()
        event.listen(self.engine, "checkout", lambda _, record, loan: self.out.update({record: loan}))
        event.listen(self.engine, "checkin", lambda _, record: self.out.pop(record, None))
        event.listen(self.engine, "engine_connect", self.borrowed.append)
        event.listen(self.engine, "engine_disposed", self.disposed.append)

    def on_collection(self, *_: object) -> None:
        """Note that the collector ran: it is disabled, so the store has called it."""
        self.collected = True

    def all_back(self, called: str, function: Callable[..., Any], hint: str, belief: str) -> None:
        """Raise Wrong if a loan is out; a cure that was tried and is none gets its own hint."""
        if not self.out:
            return
        pool, ended = self.engine.pool, [one for one in self.borrowed if not (one.closed or one.in_transaction())]
        cures = [
            (self.disposed, "dispose() starts a new pool; what the old one lent stays open.", "dispose_takes_back"),
            (self.collected, "gc.collect() frees what nobody refers to. Here somebody does.", "gc_will_close"),
            (not isinstance(pool, QueuePool), "NullPool lends too: its leaks are open connections of the server.", "null_pool_mends"),
            (isinstance(pool, QueuePool) and (pool.size(), pool._max_overflow) != (5, 0),
             "A bigger pool is empty a little later. Leave make_engine as it was.", "bigger_pool_mends"),
            (ended, "commit() ends the transaction and keeps the loan; close() gives back.", "commit_gives_back"),
            (re.search(r"^ +del ", getsource(function), re.MULTILINE), "`del` removes a name; nothing is given back by it.", "del_gives_back"),
        ]  # fmt: skip
        hint, belief = next((why for tried, *why in cures if tried), (hint, belief))
        raise Wrong(called=called, got=f"{len(self.out)} still out", expected="0 still out", hint=hint, belief=belief)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the address of a fresh store with three products."""
    address = f"sqlite:///{tmp_path / 'store.db'}"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT PRIMARY KEY, price INTEGER, stock INTEGER)"))
        connection.execute(
            text("INSERT INTO products VALUES ('desk lamp', 39, 10), ('chair', 120, 4), ('table', 300, 2)")
        )
    engine.dispose()
    return address


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """Keep a ledger of the store's engine, the collector away, and a note if it is called."""
    ledger = Ledger(url)
    gc.disable()
    gc.callbacks.append(ledger.on_collection)
    yield ledger
    gc.callbacks.remove(ledger.on_collection)
    gc.enable()
    for loan in list(ledger.out.values()):
        loan.invalidate()
    ledger.engine.dispose()


@pytest.mark.task(1, "The early return", hint="Which line does the shopper of a unicorn never reach?")
def test_early_return(ledger: Ledger) -> None:
    """price_of gives its connection back, for a product that exists and for one that does not."""
    for name, price in (("chair", 120), ("unicorn", None)):
        called = f"price_of(engine, {name!r})"
        expect(call(store.price_of, ledger.engine, name), price, called=called, hint="The query was right as issued.")
        ledger.all_back(called, store.price_of, "A return skips close(); nothing skips the end of a with block.", "close_at_the_end")  # fmt: skip


@pytest.mark.task(2, "The exception that was kept", hint="What does an exception refer to, besides its message?")
def test_kept_exception(ledger: Ledger) -> None:
    """change_prices gives back after each price, also while the caller keeps the errors, and saves the good ones."""
    called = "change_prices(engine, {'table': 250, 'chair': 0})"
    errors = call(store.change_prices, ledger.engine, {"table": 250, "chair": 0}) or []
    expect([type(one).__name__ for one in errors], ["ValueError"], called=called, hint="One error per refused price.")
    if errors[0].__traceback__ is None:
        ledger.all_back(called, store.change_prices, "The traceback is gone and the loan is not: connection and transaction "
                        "refer to each other.", "gc_will_close")  # fmt: skip
    ledger.all_back(called, store.change_prices, "An error skips close(), and its traceback keeps the frame with your "
                    "`connection`.", "error_is_a_message")  # fmt: skip
    with ledger.engine.connect() as connection:
        saved = connection.execute(text("SELECT name, price FROM products WHERE name <> 'desk lamp' ORDER BY name"))
        expect(dict(saved.all()), {"chair": 120, "table": 250}, called=f"the prices after {called}",
               hint="Giving back rolls back what was not committed; a refused price is not saved.", belief="close_commits")  # fmt: skip


@pytest.mark.task(3, "The reader who stops early", hint="Where does a generator stand when nobody asks it for more?")
def test_generator(ledger: Ledger) -> None:
    """product_names gives back when it is exhausted, and when it is closed before its end."""
    names = list(call(store.product_names, ledger.engine) or ())
    expect(names, ["chair", "desk lamp", "table"], called="list(product_names(engine))", hint="All names, in order.")
    names = iter(call(store.product_names, ledger.engine))
    expect(next(names), "chair", called="next(product_names(engine))", hint="All names, in order.")
    if not ledger.out:
        ledger.engine.dispose()
        try:
            list(names)
        except ProgrammingError:
            raise Wrong(called="product_names(engine), read on after it gave its connection back", got="ProgrammingError",
                        expected="all names", hint="Rows come through the connection: read first, then give back.",
                        belief="result_outlives_loan") from None  # fmt: skip
    getattr(names, "close", int)()
    ledger.all_back("names = product_names(engine); next(names); names.close()", store.product_names,
                    "close() raises GeneratorExit at the yield: the last line is skipped.", "generator_cleans_up")  # fmt: skip


@pytest.mark.task(4, "What is kept for later", hint="Who still holds a connection after the function returned?")
def test_kept_for_later(ledger: Ledger) -> None:
    """find_product and stock_of hold nothing once they have answered, nor does the product."""
    lamp = call(store.find_product, ledger.engine, "desk lamp")
    ledger.all_back("find_product(engine, 'desk lamp')", store.find_product, "The session borrowed at its query. "
                    "Commit, rollback or close gives back.", "returned_is_closed")  # fmt: skip
    try:
        price = lamp.price if lamp is not None else None
    except DetachedInstanceError:
        raise Wrong(called="find_product(engine, 'desk lamp').price", got="DetachedInstanceError", expected="39",
                    hint="commit() expires what was loaded. To read, close() is enough.", belief="commit_before_reading") from None  # fmt: skip
    expect(price, 39, called="find_product(engine, 'desk lamp').price", hint="The query was right as issued.")
    ledger.all_back("find_product(engine, 'desk lamp').price", store.find_product, "After commit() a read asks the database "
                    "again, and the session borrows again.", "commit_before_reading")  # fmt: skip
    for name, left in (("chair", 4), ("table", 2)):
        expect(call(store.stock_of, ledger.engine, name), left, called=f"stock_of(engine, {name!r})", hint="As issued.")
        ledger.all_back(f"stock_of(engine, {name!r})", store.stock_of, "Keeping connections open is the pool's work; a cache "
                        "beside it never gives back.", "own_cache_saves_time")  # fmt: skip


@pytest.fixture
def orders(tmp_path: Path) -> dict[str, Any]:
    """Write a module orders.py that borrows, and load it."""
    file, names = tmp_path / "orders.py", {"__name__": "orders"}
    file.write_text(ORDERS, encoding="utf-8")
    exec(compile(ORDERS, str(file), "exec"), names)  # noqa: S102 - our own text, under a file name of its own
    return names


@pytest.mark.task(5, "The line that borrowed", hint="Walk outwards from the event until you leave all libraries.")
def test_line_of_the_borrower(url: str, orders: dict[str, Any]) -> None:
    """who_holds names the file and line of the store that borrowed: by connect(), by begin(), by a Session."""
    reasons = {
        f"{store.__name__}.py:": "That is your listener. The borrower is further out.",
        "contextlib.py:": "begin() comes through contextlib: skip Python's own library too.",
        "<": "A Session has a frame without a file. Of which module is it?",
        "/": "The bare name of the file, without its folders.",
        "orders.py": "The right file. Which of its lines borrowed?",
        ".py:": "That is a line of SQLAlchemy's own. The borrower is further out.",
    }
    for name, line in (("by_connect", 4), ("by_begin", 6), ("by_session", 10)):
        engine = call(store.make_engine, url)
        detector = call(store.LeakDetector, engine)
        loan = orders[name](engine)
        list(islice(loan, 1)) if name == "by_begin" else None
        got = call(detector.who_holds)
        loan.close()
        engine.dispose()
        hint = next(
            (why for sign, why in reasons.items() if sign in str(got)), "The event `checkout` comes at each loan."
        )
        expect(got, [f"orders.py:{line}"], called=f"who_holds() after orders.{name}(engine)", hint=hint,
               belief="innermost_frame_borrowed")  # fmt: skip


@pytest.mark.task(6, "Only what is still out", needs=(5,), hint="Two events: one enters a loan, one strikes it out.")
def test_only_what_is_out(url: str, orders: dict[str, Any]) -> None:
    """who_holds lists the loans that are out, strikes out what came back, and keeps nothing alive itself."""
    engine = call(store.make_engine, url)
    detector = call(store.LeakDetector, engine)
    first, second = orders["by_connect"](engine), orders["by_session"](engine)
    steps = [("two loans", lambda: None, ["orders.py:4", "orders.py:10"], "One entry for each loan, the oldest first."),
             ("two loans and one close()", first.close, ["orders.py:10"], "The event `checkin` strikes a loan out."),
             ("two loans and two close()", second.close, [], "The event `checkin` strikes a loan out.")]  # fmt: skip
    for after, step, right, hint in steps:
        step()
        expect(
            call(detector.who_holds), right, called=f"who_holds() after {after}", hint=hint, belief="watching_is_free"
        )
    broken = orders["by_connect"](engine)
    broken.invalidate()
    broken.close()
    expect(call(detector.who_holds), [], called="who_holds() after invalidate() and close()",
           hint="At this checkin the connection is None; its record is the same as ever.", belief="watching_is_free")  # fmt: skip
    orders["forget"](engine)
    expect(engine.pool.checkedout(), 0, called="pool.checkedout() after a connection without a query was dropped",
           hint="Python frees it at once, unless a detector keeps it: a frame holds all its variables.",
           belief="watching_is_free")  # fmt: skip
    engine.dispose()
