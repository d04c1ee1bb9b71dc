"""The answer key of `engine_and_pool`, executed: one proof per question, on the real library."""

import gc
import subprocess
import sys
import warnings
import weakref
from contextlib import suppress
from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout


def rush(requests, **settings):
    """Lend to so many requests at once, then take all back; return how many were lent and how many stay open."""
    engine = create_engine("sqlite:///store.db", **settings)
    opened, closed, borrowed = [], [], []
    event.listen(engine, "connect", lambda *_: opened.append(1))
    event.listen(engine, "close", lambda *_: closed.append(1))
    with suppress(PoolTimeout):
        borrowed.extend(engine.connect() for _ in range(requests))
    lent = len(borrowed)
    for connection in borrowed:
        connection.close()
    kept = len(opened) - len(closed)
    engine.dispose()
    return lent, kept


def test_default_cap(postgres_url):
    """With the defaults, fifteen connections to PostgreSQL are lent at once, and no sixteenth."""
    engine = create_engine(postgres_url)
    engine.pool._timeout = 0  # all else as by default; nobody waits 30 seconds for the proof
    borrowed = [engine.connect() for _ in range(15)]
    with pytest.raises(PoolTimeout, match="QueuePool limit of size 5 overflow 10 reached"):
        engine.connect()
    for connection in borrowed:
        connection.close()
    engine.dispose()


WORKER = """
from sqlalchemy import create_engine

engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=10)
borrowed = [engine.connect() for _ in range(15)]
print(len(borrowed), flush=True)
input()  # hold them until all workers have theirs
"""


def test_four_workers():
    """Four processes hold fifteen connections each, at the same time."""
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    held = [int(worker.stdout.readline()) for worker in workers]  # all four hold theirs now
    for worker in workers:
        worker.communicate("\n")
    assert sum(held) == 60


def test_after_the_rush():
    """Ten are lent by 3 + 7, and three stay open."""
    assert rush(10, pool_size=3, max_overflow=7) == (10, 3)


def test_read_the_status():
    """The overflow is open connections minus `pool_size`, at every step."""
    engine = create_engine("sqlite:///store.db")
    opened = []
    event.listen(engine, "connect", lambda *_: opened.append(1))
    event.listen(engine, "close", lambda *_: opened.pop())
    borrowed, readings = [], []
    for _ in range(7):
        readings.append((engine.pool.overflow(), len(opened)))
        borrowed.append(engine.connect())
    while borrowed:
        readings.append((engine.pool.overflow(), len(opened)))
        borrowed.pop().close()
    readings.append((engine.pool.overflow(), len(opened)))
    assert all(overflow == now_open - 5 for overflow, now_open in readings)
    assert readings[0] == (-5, 0)
    assert readings[7] == (2, 7)
    assert readings[-1] == (0, 5)
    engine.dispose()

    # The pool counts records: one whose connection was invalidated counts, though nothing is open.
    connection = engine.connect()
    connection.invalidate()
    connection.close()
    assert (engine.pool.overflow(), engine.pool.checkedin(), len(opened)) == (-4, 1, 0)


def test_zero_zero():
    """0/0 lends thirty at once and keeps all thirty; `NullPool` keeps none."""
    assert rush(30, pool_size=0, max_overflow=0) == (30, 30)
    assert rush(30, poolclass=NullPool) == (30, 0)


def test_at_most_ten():
    """Asked for forty, two of the six engines stop at ten."""
    limits = {"pool_timeout": 0}
    assert rush(40, pool_size=10, max_overflow=0, **limits)[0] == 10
    assert rush(40, pool_size=4, max_overflow=6, **limits)[0] == 10
    assert rush(40, pool_size=10, **limits)[0] == 20
    assert rush(40, pool_size=0, max_overflow=10, **limits)[0] == 40
    assert rush(40, pool_size=10, max_overflow=-1, **limits)[0] == 40
    assert rush(40, poolclass=NullPool)[0] == 40


def test_life_of_a_pool():
    """Connections are opened when asked for, handed to who waits, kept while there is room, and then closed."""
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=1)
    number, told = {}, []

    @event.listens_for(engine, "connect")
    def opened(real, _):
        number[id(real)] = len(number) + 1
        told.append(f"opened {number[id(real)]}")

    event.listen(engine, "close", lambda real, _: told.append(f"closed {number[id(real)]}"))
    assert told == []  # the engine is made

    a, b, c = engine.connect(), engine.connect(), []
    waiting = Thread(target=lambda: c.append(engine.connect()))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()

    a.close()
    waiting.join()
    assert number[id(c[0].connection.dbapi_connection)] == 1  # C has what A gave back
    b.close()
    assert told == ["opened 1", "opened 2"]
    c[0].close()
    assert told == ["opened 1", "opened 2", "closed 1"]
    engine.dispose()

    # The pool does not ask who waits: if B is faster than the waiter that A has woken, B's is closed.
    told.clear()
    number.clear()
    c.clear()
    a, b = engine.connect(), engine.connect()
    waiting = Thread(target=lambda: c.append(engine.connect()))
    waiting.start()
    waiting.join(0.1)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(10)  # seconds in which no other thread runs
    a.close()
    b.close()
    sys.setswitchinterval(interval)
    waiting.join()
    assert told == ["opened 1", "opened 2", "closed 2"]
    c[0].close()
    engine.dispose()


def test_evening_of_the_sale(postgres_url):
    """Ten engines for ten searches leave ten server processes behind; one engine uses one."""

    def search(engine):
        with engine.connect() as connection:
            return connection.scalar(text("SELECT pg_backend_pid()"))

    def request():
        engine = create_engine(postgres_url, pool_size=5, max_overflow=0)
        engines.append(weakref.ref(engine))  # looks on, and keeps nothing alive
        return search(engine)

    engines = []
    shared = create_engine(postgres_url)
    gc.disable()  # the collector may come in time, or not
    try:
        left_behind = {request() for _ in range(10)}
        with shared.connect() as connection:
            alive = connection.scalars(text("SELECT pid FROM pg_stat_activity")).all()
        assert len(left_behind) == 10
        assert left_behind <= set(alive)
        assert len({search(shared) for _ in range(10)}) == 1
        for engine in [*engines, weakref.ref(shared)]:
            engine().dispose()

        request()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # psycopg says what the collector closes
            gc.collect()
        assert engines[-1]() is None  # with the collector on, its run decides when the engine goes
    finally:
        gc.enable()
