"""The answer key of "When the pool is full", shown on the real library and a real PostgreSQL."""

import asyncio
import sqlite3
from contextlib import suppress
from threading import Event, Thread
from time import monotonic, sleep

import pytest
import table_lock
from anyio.to_thread import current_default_thread_limiter
from psycopg_pool import ConnectionPool
from sqlalchemy import create_engine, exc, text


def test_nobody_returns(postgres_url):
    """The default time-out is 30 s; with a shorter one the sixth waits that long and fails, and the five stay open."""
    assert create_engine(postgres_url).pool.timeout() == 30
    engine = create_engine(postgres_url, pool_size=5, max_overflow=0, pool_timeout=0.2)
    taken = [engine.connect() for _ in range(5)]
    began = monotonic()
    words = "QueuePool limit of size 5 overflow 0 reached"
    with pytest.raises(exc.TimeoutError, match=words):
        engine.connect()
    assert monotonic() - began >= 0.2
    assert all(each.scalar(text("SELECT 1")) for each in taken)
    for connection in taken:
        connection.close()
    engine.dispose()


def test_why_not_caught():
    """The pool's TimeoutError is no kind of Python's."""
    assert not issubclass(exc.TimeoutError, TimeoutError)
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0)
    with engine.connect():
        with pytest.raises(Exception, match="QueuePool") as found:
            engine.connect()
        assert found.type is exc.TimeoutError
    engine.dispose()


def turns(borrow, ask):
    """Let twenty threads borrow in a tight loop for a second; give the fewest and the most turns."""
    had, end = [0] * 20, monotonic() + 1

    def loop(number):
        while monotonic() < end:
            with borrow() as connection:
                ask(connection)
            had[number] += 1

    threads = [Thread(target=loop, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return min(had), max(had)


def test_who_is_next(postgres_url):
    """QueuePool lets some have ten times as many turns as others; psycopg's pool, first come, first served, does not."""
    engine = create_engine(postgres_url, pool_size=2, max_overflow=0)
    least, most = turns(engine.connect, lambda one: one.scalar(text("SELECT 1")))
    assert most >= 10 * least
    engine.dispose()
    plain = postgres_url.replace("+psycopg", "")
    with ConnectionPool(plain, min_size=2, max_size=2) as other:
        other.wait()
        least, most = turns(other.connection, lambda one: one.execute("SELECT 1"))
    assert most < 3 * least


def test_after_the_blip():
    """B waits for the whole time-out, at a tenth of the question's times; C is faster, and wakes B by its return."""
    assert blip(third=False)["B"] >= 0.4
    times = blip(third=True)
    assert times["C"] < 0.2
    assert times["B"] < 0.4


def blip(third):
    """Let A's connect fail while B waits; C comes afterwards. Give how long each had to wait."""
    began, fails = Event(), []

    def open_one():
        if fails and fails.pop():
            began.set()
            sleep(0.1)
            raise sqlite3.OperationalError("the database is away")
        return sqlite3.connect("store.db", check_same_thread=False)

    engine = create_engine(
        "sqlite:///store.db", creator=open_one,
        pool_size=1, max_overflow=0, pool_timeout=0.4,
    )  # fmt: skip
    engine.connect().close()
    engine.dispose()
    fails.append(True)
    waited = {}

    def visit(name):
        start = monotonic()
        with suppress(exc.OperationalError):
            engine.connect().close()
        waited[name] = monotonic() - start

    a, b = Thread(target=visit, args="A"), Thread(target=visit, args="B")
    a.start()
    began.wait()
    b.start()
    a.join()
    if third:
        visit("C")
    b.join()
    engine.dispose()
    return waited


async def crowd(store, number):
    """Send so many requests to a store whose table is locked, unlock it, and tell how many are answered in a second."""
    limiter = current_default_thread_limiter()
    ask, app = table_lock.ask, store.app
    sent = [asyncio.create_task(ask(app)) for _ in range(number)]
    await asyncio.sleep(0.5)
    store.unlock()
    await asyncio.wait(sent, timeout=1)
    good = [one for one in sent if one.done() and one.result() == 200]
    limiter.total_tokens = 200  # ends what goes in a circle
    await asyncio.wait(sent)
    return len(good)


def answered(postgres_url, number=70, **ways):
    """Lock the table, send a crowd, unlock; give how many are answered in the second after it."""
    engine = create_engine(postgres_url)
    with table_lock.locked_store(engine, **ways) as store:
        return asyncio.run(crowd(store, number))


def test_after_the_lock(postgres_url):
    """70 requests stand still after the lock is gone; with 54, which is below the circle, all are answered."""
    assert answered(postgres_url) == 0
    assert answered(postgres_url, number=54) == 54


def test_what_helps(postgres_url):
    """With a commit before the return all are answered; with the door those who were let in."""
    assert answered(postgres_url, commit=True) == 70
    assert answered(postgres_url, inside=15, waiting=30) == 45
