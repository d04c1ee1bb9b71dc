"""The answer key of "Forks and workers", shown on the real library, a real PostgreSQL and real forks."""

import os
import socket
from contextlib import ExitStack
from select import select

import pytest
from forked import Forked, wait_until
from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

WHO = text("SELECT pg_backend_pid()")


def warm(url, **settings):
    """Make an engine of one connection, and let the master query on it; give the session too."""
    engine = create_engine(url, pool_size=1, max_overflow=0, **settings)
    with engine.connect() as connection:
        return engine, connection.scalar(WHO)


def sessions_of_workers(engine, first=lambda: None, workers=2):
    """Fork workers that begin with `first`; give the session of each."""

    def worker():
        first()
        with engine.connect() as connection:
            yield connection.scalar(WHO)

    with ExitStack() as stack:
        forked = [stack.enter_context(Forked(worker)) for _ in range(workers)]
        return {one.step() for one in forked}


def test_somebody_elses_basket(postgres_url):
    """A query before the fork gives both workers one session; an engine that was only made does not, nor does waiting.

    What TLS does about it is shown in tests/content/test_real_workers.py, where a server has it.
    """
    engine, session = warm(postgres_url)
    assert sessions_of_workers(engine) == {session}
    engine.dispose()
    fresh = create_engine(postgres_url, pool_size=1, max_overflow=0, pool_timeout=0)
    assert len(sessions_of_workers(fresh)) == 2
    with fresh.connect(), pytest.raises(PoolTimeout):  # whoever waits does not get another's
        fresh.connect()
    fresh.dispose()


def test_two_kinds_of_dispose():
    """close=False closes nothing and forgets the pool; only the old pool closes the old connection."""
    engine = create_engine("sqlite:///store.db")
    closed = []
    event.listen(engine, "close", lambda raw, _: closed.append(raw))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    kept = engine.pool
    engine.dispose(close=False)
    assert (len(closed), kept.checkedin(), engine.pool.checkedin()) == (0, 1, 0)
    engine.dispose()
    assert (len(closed), kept.checkedin()) == (0, 1)
    kept.dispose()
    assert (len(closed), kept.checkedin()) == (1, 0)


def test_at_the_worst_moment():
    """Twelve workers with two real engines each open 144 connections, and not one more."""
    taken = []
    engines = []
    for _ in range((2 + 1) * 4):
        for size, overflow in ((5, 5), (2, 0)):
            engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow, pool_timeout=0)
            engines.append(engine)
            taken += [engine.connect() for _ in range(size + overflow)]
            with pytest.raises(PoolTimeout):
                engine.connect()
    assert len(taken) == 144
    for connection in taken:
        connection.close()
    for engine in engines:
        engine.dispose()


def test_what_makes_it_safe(postgres_url):
    """A new pool or a new engine leaves the master's session alone; a plain dispose() ends it; a ping uses it."""
    engine, session = warm(postgres_url, pool_pre_ping=True)
    assert sessions_of_workers(engine, workers=1) == {session}  # the ping finds it well

    assert session not in sessions_of_workers(engine, lambda: engine.dispose(close=False))

    def with_an_engine_of_its_own():
        with create_engine(postgres_url, poolclass=NullPool).connect() as connection:
            yield connection.scalar(WHO)

    with Forked(with_an_engine_of_its_own) as worker:
        assert worker.step() != session
    engine.dispose()

    careless, session = warm(postgres_url)
    with careless.connect() as connection:
        assert connection.scalar(WHO) == session
    assert session not in sessions_of_workers(careless, careless.dispose)
    with pytest.raises(OperationalError, match="server closed the connection"), careless.connect() as connection:
        connection.execute(WHO)
    careless.dispose()


def test_how_it_is_mixed_up(postgres_url):
    """Worker 1 asks first, worker 2 reads first and has its answer; worker 1 has worker 2's, or none if that had arrived too."""
    engine, _ = warm(postgres_url)
    admin = create_engine(postgres_url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()
    lock = os.getpid()

    def worker(name, waits_for=""):
        raw = engine.raw_connection().dbapi_connection.pgconn
        raw.notice_handler = lambda _: None
        raw.send_query(f"SELECT 'the basket of {name}' {waits_for}".encode())
        raw.flush()
        yield "asked"
        while True:
            raw.consume_input()
            if raw.is_busy():
                yield "waits"
                continue
            answer = None
            while (result := raw.get_result()) is not None:
                answer = result.get_value(0, 0).decode()
            yield answer

    def read(forked, most=10_000):
        return next((answer for _ in range(most) if (answer := forked.step()) != "waits"), None)

    admin.execute(text(f"SELECT pg_advisory_lock({lock})"))
    late = f"FROM pg_advisory_xact_lock({lock})"  # Bob's answer comes when the lock is free
    with Forked(lambda: worker("Ada")) as first, Forked(lambda: worker("Bob", late)) as second:
        assert (first.step(), second.step()) == ("asked", "asked")
        assert read(second) == "the basket of Ada"
        admin.execute(text(f"SELECT pg_advisory_unlock({lock})"))
        assert read(first) == "the basket of Bob"
    engine.dispose()

    engine, _ = warm(postgres_url)
    with engine.connect() as connection:
        shared = socket.fromfd(connection.connection.dbapi_connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def both_are_there():
        return select([shared], [], [], 0)[0] and shared.recv(4096, socket.MSG_PEEK).count(b"Z\0\0\0\5") == 2

    with shared, Forked(lambda: worker("Ada")) as first, Forked(lambda: worker("Bob")) as second:
        assert (first.step(), second.step()) == ("asked", "asked")
        wait_until(both_are_there)
        assert read(second) == "the basket of Ada"
        assert read(first, most=100) is None
    engine.dispose()
    admin.close()


def test_slots_are_reserved(postgres_url):
    """Larger pools than the database allows are refused at once by the server; smaller ones wait in the process."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    name = f"forks_{os.getpid()}"
    small = make_url(postgres_url).set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CONNECTION LIMIT 2"))
        try:
            greedy = create_engine(small, pool_size=2, max_overflow=1, pool_timeout=60)
            taken = [greedy.connect() for _ in range(2)]
            with pytest.raises(OperationalError, match="too many connections for database"):
                greedy.connect()
            for each in taken:
                each.close()
            greedy.dispose()
            modest = create_engine(small, pool_size=2, max_overflow=0, pool_timeout=0)
            taken = [modest.connect() for _ in range(2)]
            with pytest.raises(PoolTimeout):
                modest.connect()
            for each in taken:
                each.close()
            modest.dispose()
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
