"""The answer key of `why_pooling`, executed: one proof per question, on the real library."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout


def test_purpose(postgres_url):
    """Ten searches through a pool use one server process; without a pool they use ten."""

    def server_processes(**settings):
        engine = create_engine(postgres_url, **settings)
        seen = set()
        for _ in range(10):
            with engine.connect() as connection:
                seen.add(connection.scalar(text("SELECT pg_backend_pid()")))
        engine.dispose()
        return len(seen)

    assert server_processes(pool_size=5) == 1
    assert server_processes(poolclass=NullPool) == 10


def test_keep_ten():
    """`pool_size=10` keeps ten and may open twenty; the other three keywords are refused."""
    engine = create_engine("sqlite:///store.db", pool_size=10)
    borrowed = [engine.connect() for _ in range(20)]
    assert engine.pool.checkedout() == 20
    for connection in borrowed:
        connection.close()
    assert engine.pool.checkedin() == 10
    engine.dispose()

    for keyword in ("max_connections", "connection_limit", "max_pool"):
        with pytest.raises(TypeError, match=f"Invalid argument.*'{keyword}' sent to create_engine"):
            create_engine("sqlite:///store.db", **{keyword: 10})


def test_file_of_five():
    """Five borrowers get a connection at once; the sixth waits and gets the first that comes back."""
    engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=0)
    first, *others = [engine.connect() for _ in range(5)]
    came_back = id(first.connection.dbapi_connection)
    got = []

    def sixth_request():
        with engine.connect() as connection:
            got.append(id(connection.connection.dbapi_connection))

    waiting = Thread(target=sixth_request)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    assert got == []

    first.close()
    waiting.join()
    assert got == [came_back]
    for connection in others:
        connection.close()
    engine.dispose()

    # The queue makes no promise: one request in a loop returns the only connection again and again, and never to the waiter.
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0.3)
    stop, returned = Event(), []
    event.listen(engine, "checkin", lambda *_: returned.append(1))

    def request_in_a_loop():
        while not stop.is_set():
            with engine.connect():
                time.sleep(0.02)

    def waits_in_vain():
        before = len(returned)
        try:
            engine.connect().close()
        except PoolTimeout:
            return len(returned) - before >= 2
        return False

    busy = Thread(target=request_in_a_loop)
    busy.start()
    while not returned:
        time.sleep(0.001)
    in_vain = any(waits_in_vain() for _ in range(10))  # it may be lucky, too
    stop.set()
    busy.join()
    engine.dispose()
    assert in_vain


def test_never_closed(postgres_url):
    """Five forgotten connections empty the pool; the sixth request waits and then gets a TimeoutError."""
    engine = create_engine(postgres_url, pool_size=5, max_overflow=0)
    assert engine.pool.timeout() == 30.0  # seconds, the default

    impatient = create_engine(postgres_url, pool_size=5, max_overflow=0, pool_timeout=0.2)
    held = [impatient.connect() for _ in range(5)]
    began = time.monotonic()
    with pytest.raises(PoolTimeout, match="QueuePool limit of size 5 overflow 0 reached"):
        impatient.connect()
    assert time.monotonic() - began >= 0.2  # it hung as long as it was told to

    another_program = create_engine(postgres_url)
    with another_program.connect() as connection:  # the database itself has room
        assert connection.scalar(text("SELECT 1")) == 1
    another_program.dispose()
    for connection in held:
        connection.close()
    impatient.dispose()


SETTINGS = {"20/10": (20, 10), "1/50": (1, 50), "5/0": (5, 0), "0/0": (0, 0)}


def open_at_once(size, overflow, requests):
    """Hold as many connections as the pool gives out to so many requests at once; count them."""
    engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow, pool_timeout=0)
    held = []
    with suppress(PoolTimeout):
        held.extend(engine.connect() for _ in range(requests))
    most = len(held)
    for connection in held:
        connection.close()
    engine.dispose()
    return most


def test_short_requests(postgres_url):
    """Of the four, only 5/0 stays within ten connections; 1/50 also opens connections all the time."""
    assert {name: open_at_once(*sizes, requests=100) for name, sizes in SETTINGS.items()} == {
        "20/10": 30,
        "1/50": 51,
        "5/0": 5,
        "0/0": 100,
    }

    def opened_by_400_searches(size, overflow):
        opened = []
        engine = create_engine(postgres_url, pool_size=size, max_overflow=overflow)
        event.listen(engine, "connect", lambda *_: opened.append(1))

        def search(_):
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            time.sleep(0.001)  # the rest of the request

        with ThreadPoolExecutor(max_workers=40) as shoppers:
            list(shoppers.map(search, range(400)))
        engine.dispose()
        return len(opened)

    assert opened_by_400_searches(5, 0) == 5
    assert opened_by_400_searches(1, 50) > 3 * 5


def test_longer_requests(postgres_url):
    """20/10 has room for 30 requests at once and keeps the promise when more come; no other of the four does both."""
    all_30_work = {name for name, sizes in SETTINGS.items() if open_at_once(*sizes, requests=30) == 30}
    assert all_30_work == {"20/10", "1/50", "0/0"}
    keeps_the_promise = {name for name, sizes in SETTINGS.items() if open_at_once(*sizes, requests=100) <= 40}
    assert keeps_the_promise == {"20/10", "5/0"}
    assert all_30_work & keeps_the_promise == {"20/10"}

    def opened_by_600_requests(size, overflow):
        engine, opened, together = create_engine(postgres_url, pool_size=size, max_overflow=overflow), [], Barrier(30)
        event.listen(engine, "connect", lambda *_: opened.append(1))

        def shopper(_):
            together.wait()
            for _ in range(20):
                with engine.connect() as connection:
                    connection.execute(text("SELECT pg_sleep(0.01)"))
                time.sleep(0.003)  # a short pause

        with ThreadPoolExecutor(max_workers=30) as shoppers:
            list(shoppers.map(shopper, range(30)))
        engine.dispose()
        return len(opened)

    assert opened_by_600_requests(1, 50) > 60 + opened_by_600_requests(20, 10)


def test_ten_loans():
    """Ten loans, one after another, open ten connections without a pool and one with it."""
    opened = {}
    for name, settings in {"NullPool": {"poolclass": NullPool}, "QueuePool": {"pool_size": 5}}.items():
        engine = create_engine("sqlite:///store.db", **settings)
        opened[name] = 0

        @event.listens_for(engine, "connect")
        def count(*_, name=name):
            opened[name] += 1

        for _ in range(10):
            with engine.connect():
                pass
        engine.dispose()
    assert opened == {"NullPool": 10, "QueuePool": 1}


def test_one_loan():
    """The pool's events come in this order, and the next borrower gets the same connection."""
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT, price INTEGER)"))
    steps = []
    for moment in ("checkout", "reset", "checkin"):
        event.listen(engine, moment, lambda *_, moment=moment: steps.append(moment))
    event.listen(engine, "before_cursor_execute", lambda *args: steps.append(args[2].split()[0]))
    event.listen(engine, "commit", lambda *_: steps.append("COMMIT"))

    with engine.connect() as connection:
        lent = connection.connection.dbapi_connection
        connection.execute(text("UPDATE products SET price = 39"))
        connection.commit()
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is lent

    assert steps[:6] == ["checkout", "UPDATE", "COMMIT", "reset", "checkin", "checkout"]
    engine.dispose()
