"""The answer key of `cost_of_connecting`, executed: one proof per question, on a real PostgreSQL."""

import re
import time
from statistics import median
from timeit import repeat

import psycopg
import pytest
from round_trips import FAREWELL, Relay
from sqlalchemy import NullPool, create_engine, event, text


@pytest.fixture
def relay(postgres_url):
    """Stand between client and server, pass everything on, and count the round trips."""
    with Relay(postgres_url) as relay:
        yield relay


def test_seven_milliseconds(postgres_url):
    """Opening a connection takes more than five times as long as a query on an open one."""

    def typical(action):
        return median(repeat(action, number=1, repeat=15))

    dsn = postgres_url.replace("+psycopg", "")
    with psycopg.connect(dsn, autocommit=True) as kept:
        query = typical(lambda: kept.execute("SELECT 1").fetchone())
    assert typical(lambda: psycopg.connect(dsn).close()) > 5 * query


def test_opening_steps(relay):
    """A relay hears the messages in this order; its own accepting of the socket came before them."""
    with psycopg.connect(relay.dsn, autocommit=True) as connection:
        connection.execute("SELECT 1")
    steps = [who_and_what for who_and_what in relay.heard if who_and_what[1] != FAREWELL]
    expected = [
        ("client", b"\x04\xd2\x16\x2f"), ("server", b"^N$"),  # TLS? No.
        ("client", b"user\0.*database\0"), ("server", b"SCRAM-SHA-256"),  # who I am; prove it
        ("client", b"SCRAM-SHA-256.*,r="), ("server", b",s=.*,i=4096"),  # begin; salt and number of hashes
        ("client", b",p="), ("server", b"Z\0\0\0\5I"),  # the proof; ready
        ("client", b"SELECT 1"), ("server", b"SELECT 1"),
    ]  # fmt: skip
    assert [who for who, _ in steps] == [who for who, _ in expected]
    for (_, message), (_, pattern) in zip(steps, expected, strict=True):
        assert re.search(pattern, message, re.DOTALL)


def test_far_away(relay):
    """After TCP's handshake there are four round trips to open and one to ask, and distance is paid for each."""
    relay.distance = 0.01  # seconds there and back
    began = time.perf_counter()
    with psycopg.connect(relay.dsn, autocommit=True) as connection:
        connection.execute("SELECT 1")
        passed = time.perf_counter() - began
    assert relay.count == 4 + 1
    assert passed > 5 * 0.01
    tcp = 1
    assert (tcp + relay.count) * 30 == 180


def test_one_loan(relay):
    """The loan of an idle connection with one query makes three round trips: begin, select, roll back."""
    engine = create_engine(relay.url)
    engine.connect().close()
    relay.count, relay.heard[:] = 0, []
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert relay.count == 3
    asked = [message[5:-1] for who, message in relay.heard if who == "client"]
    assert asked == [b"BEGIN", b"SELECT 1", b"ROLLBACK"]
    engine.dispose()


def test_a_tenth():
    """270 is the first number of queries with which opening is at most a tenth of the whole."""
    opening, query = 6000, 200  # microseconds
    enough = (queries for queries in range(1000) if 10 * opening <= opening + queries * query)
    assert next(enough) == 270


def test_opened_when():
    """create_engine opens nothing, the first connect() opens one connection, the second opens none."""
    opened = []
    engine = create_engine("sqlite:///store.db")
    event.listen(engine, "connect", lambda *_: opened.append(1))
    counts = [len(opened)]
    for _ in range(2):
        connection = engine.connect()
        counts.append(len(opened))
        connection.close()
    engine.dispose()
    assert counts == [0, 1, 1]


def test_free_at_last(relay):
    """Of a hundred connect() on a pool one opens a connection; the other ninety-nine make no round trip."""
    opened, trips = [], []
    engine = create_engine(relay.url, pool_size=5)
    event.listen(engine, "connect", lambda *_: opened.append(1))
    for _ in range(100):
        before = relay.count
        connection = engine.connect()
        trips.append(relay.count - before)
        connection.close()
    engine.dispose()
    assert len(opened) == 1
    assert trips[0] > 0
    assert trips[1:] == [0] * 99


def test_each_time(relay):
    """Process, hashing and empty caches come with each connection; an engine's questions only with its first."""
    plan_it = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT count(*) FROM pg_tables"

    def catalogue_pages(connection):
        """Count the pages that planning read, to learn what the tables look like."""
        ((plan,),) = connection.execute(plan_it).fetchone()
        return plan["Planning"]["Shared Hit Blocks"] + plan["Planning"]["Shared Read Blocks"]

    processes = set()
    for _ in range(15):
        with psycopg.connect(relay.dsn, autocommit=True) as new:
            processes.add(new.info.backend_pid)
            assert catalogue_pages(new) > 0
            assert catalogue_pages(new) == 0
    assert len(processes) == 15
    assert len([message for _, message in relay.heard if b",i=4096" in message]) == 15

    relay.heard.clear()
    engine = create_engine(relay.url, poolclass=NullPool)
    for _ in range(3):
        engine.connect().close()
    assert len([message for _, message in relay.heard if b"version()" in message]) == 1
