"""SQLite: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import re
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter

import pytest
from error_proofs.prove import Seen, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of
from sqlalchemy import Connection, Engine, QueuePool, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

TIMEOUT = 1.0  # seconds that the driver waits
WRITE = text("UPDATE stock SET lamps = lamps - 1")


@pytest.mark.parametrize("page", pages("sqlite"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


# database_locked


@contextmanager
def stock() -> Iterator[Engine]:
    """Make the stock of a shop, in WAL mode."""
    engine = create_engine("sqlite:///stock.db", connect_args={"timeout": TIMEOUT})
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode = WAL"))
        connection.execute(text("DROP TABLE IF EXISTS stock"))
        connection.execute(text("CREATE TABLE stock (lamps)"))
        connection.execute(text("INSERT INTO stock VALUES (7)"))
    yield engine
    engine.dispose()


def locked(engine: Engine, writes: Connection) -> Seen:
    """Write until it fails; give after how many seconds, and whether others have committed meanwhile."""
    version = text("PRAGMA data_version")  # another number once another connection has committed
    with engine.connect() as console:
        for _ in range(20):  # where many write, one may be lucky
            before, began = console.scalar(version), perf_counter()
            try:
                writes.execute(WRITE)
            except OperationalError as error:
                seconds = perf_counter() - began
                return Seen(said=str(error), seconds=seconds, others_committed=console.scalar(version) != before)
            writes.rollback()
    raise AssertionError("the database was never locked")


@reproduces("database_locked", "long_write")
def long_write() -> Seen:
    with stock() as engine, engine.connect() as slow, engine.connect() as other:
        slow.execute(WRITE)
        return locked(engine, other)


@tells("database_locked", "long_write", "it comes after the time-out", "PRAGMA data_version", "stays the same")
def one_holds_it(seen: Seen) -> bool:
    return seen.seconds > TIMEOUT / 2 and not seen.others_committed


@reproduces("database_locked", "upgrade")
def both_read_first() -> Seen:
    with stock() as engine, engine.connect() as first, engine.connect() as second:
        for one in (first, second):
            one.exec_driver_sql("BEGIN")
            one.execute(text("SELECT lamps FROM stock")).all()
        first.execute(WRITE)
        first.commit()
        return locked(engine, second)


def test_the_driver_left_alone_begins_with_the_first_write() -> None:
    """As the page says: without a BEGIN, who has read may write after another one has."""
    with stock() as engine, engine.connect() as first, engine.connect() as second:
        for one in (first, second):
            one.execute(text("SELECT lamps FROM stock")).all()
        first.execute(WRITE)
        first.commit()
        second.execute(WRITE)
        second.commit()


@tells("database_locked", "upgrade", "it comes at once")
def at_once(seen: Seen) -> bool:
    return seen.seconds < TIMEOUT / 2


@reproduces("database_locked", "load")
def many_write() -> Seen:
    stop, busy = Event(), Event()

    def write(engine: Engine) -> None:
        with engine.connect() as connection:
            while not stop.is_set():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.execute(WRITE)
                busy.set()
                stop.wait(0.02)
                connection.commit()

    with stock() as engine, engine.connect() as other:
        writer = Thread(target=write, args=[engine])
        writer.start()
        busy.wait()
        try:
            return locked(engine, other)
        finally:
            stop.set()
            writer.join()


@tells("database_locked", "load", "it comes after the time-out", "PRAGMA data_version changes")
def others_commit(seen: Seen) -> bool:
    return seen.seconds > TIMEOUT / 2 and seen.others_committed


# table_locked


def read_or_drop(url: str, statement: str, half_read: bool) -> Seen:
    """Let a connection write to a table, or read half of it; give what a statement gets meanwhile, and after how long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an address of a shared cache is deprecated
        engine = create_engine(url, poolclass=QueuePool, connect_args={"timeout": TIMEOUT})
    with engine.connect() as first, engine.connect() as second:
        for one in ("CREATE TABLE stock (lamps)", "INSERT INTO stock VALUES (7), (8)"):
            first.exec_driver_sql(one)
        first.commit()
        if half_read:
            result = first.execution_options(stream_results=True).exec_driver_sql("SELECT lamps FROM stock")
            result.fetchone()
        else:
            first.execute(WRITE)
        asks, began = (first if half_read else second), perf_counter()
        said = error_of(lambda: asks.exec_driver_sql(statement))
        seconds = perf_counter() - began
    engine.dispose()
    return Seen(said=said, url=url, statement=statement, half_read=half_read, waited=seconds > TIMEOUT / 2)


@reproduces("table_locked", "shared_cache")
def shared_cache() -> Seen:
    return read_or_drop("sqlite:///file:shop?mode=memory&cache=shared&uri=true", "SELECT lamps FROM stock", False)


@tells("table_locked", "shared_cache", "cache=shared stands in the URL", "has written to the table and not committed")
def cache_is_shared(seen: Seen) -> bool:
    return "cache=shared" in seen.url and not seen.half_read and not seen.waited


@reproduces("table_locked", "half_read")
def half_read() -> Seen:
    return read_or_drop("sqlite:///half.db", "DROP TABLE stock", True)


@tells("table_locked", "half_read", "the statement is DROP TABLE", "still reads a result")
def drops_what_it_reads(seen: Seen) -> bool:
    return seen.statement.startswith("DROP TABLE") and seen.half_read


# no_such_table


def in_a_thread(work: Callable[[], str]) -> str:
    """Run something as FastAPI runs a handler; give what it raises."""
    said: list[str] = []
    thread = Thread(target=lambda: said.append(work()))
    thread.start()
    thread.join()
    return said[0]


def read_stock(engine: Engine) -> Seen:
    """Read the stock in a thread; give the database's address, and its tables as the main thread sees them."""

    def read() -> str:
        with engine.connect() as connection:
            return error_of(lambda: connection.execute(text("SELECT * FROM stock")))

    said = in_a_thread(read)
    found = Seen(said=said, url=str(engine.url), tables=inspect(engine).get_table_names())
    engine.dispose()
    return found


@reproduces("no_such_table", "memory")
def in_memory() -> Seen:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE stock (lamps)"))
    return read_stock(engine)


@tells("no_such_table", "memory", "the URL is sqlite:// or has :memory:")
def is_in_memory(seen: Seen) -> bool:
    return seen.url == "sqlite://" or ":memory:" in seen.url


@reproduces("no_such_table", "not_made")
def another_file() -> Seen:
    return read_stock(create_engine("sqlite:///empty.db"))


@tells("no_such_table", "not_made", "the URL names a file, and .tables shows nothing")
def file_is_empty(seen: Seen) -> bool:
    return not is_in_memory(seen) and not seen.tables


# sqlite_thread


@reproduces("sqlite_thread", "own_connection")
def connection_of_its_own() -> Seen:
    connection = sqlite3.connect("own.db")
    said = in_a_thread(lambda: error_of(lambda: connection.execute("SELECT 1")))
    connection.close()
    return Seen(said=said)


@healthy("sqlite_thread")
def connection_of_the_pool() -> Seen:
    engine = create_engine("sqlite:///pool.db")
    connection = engine.connect()
    said = in_a_thread(lambda: str(connection.scalar(text("SELECT 1"))))
    connection.close()
    engine.dispose()
    assert said == "1"
    return Seen(said="")


@tells("sqlite_thread", "own_connection", "sqlite3.connect() or creator= stands in the code")
def opened_by_the_code(seen: Seen) -> bool:
    return re.search(r"sqlite3\.connect\(|creator=", seen.code) is not None
