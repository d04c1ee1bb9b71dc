"""The answer key of "Watching the pool", shown on real pools, on a real PostgreSQL, and on the recordings of the exercise."""

import time
from threading import Thread

import pytest
from pool_metrics import PREFIX, PoolMetrics
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

EVENTS = (
    *("connect", "first_connect", "checkout", "checkin", "reset", "invalidate"),
    *("soft_invalidate", "close", "detach", "close_detached"),
)


def watched(size, timeout=0.0, **settings):
    """Make an engine whose pool is measured."""
    metrics = PoolMetrics()
    settings = {"pool_size": size, "max_overflow": 0, "pool_timeout": timeout, **settings}
    engine = create_engine("sqlite:///store.db", poolclass=metrics.measured(), **settings)
    metrics.watch(engine)
    return engine, metrics


def number(metrics, name):
    """Read one number; of times, their count."""
    value = metrics.read()[PREFIX + name]
    return getattr(value, "count", value) if name.endswith("_time") else value


def test_full_all_day():
    """Fifteen connections, full at every look, and with no patience at all nobody waits in vain: with three leaks as well."""
    engine, metrics = watched(15)
    working = [engine.connect() for _ in range(15)]
    leaked = []
    for request in range(100):
        if request == 50:
            leaked = [working.pop() for _ in range(3)]  # and three workers fewer
        working.pop(0).close()
        working.append(engine.connect())
        assert number(metrics, "count{used}") == 15
        assert number(metrics, "pending_requests") == 0
    assert number(metrics, "timeouts") == 0
    assert metrics.read()[PREFIX + "wait_time"].sum < 5
    for connection in (*working, *leaked):
        connection.close()
    engine.dispose()


def test_what_is_heard(capsys):
    """Four events, and none for the request that waits in vain."""
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0.1)
    for name in ("connect", "checkout", "checkin", "invalidate"):
        event.listen(engine, name, lambda *_, name=name: print(name))  # noqa: T201
    first = engine.connect()
    with pytest.raises(PoolTimeout):
        engine.connect()
    print("waited in vain")  # noqa: T201
    first.close()
    assert capsys.readouterr().out.split("\n")[:-1] == ["connect", "checkout", "waited in vain", "checkin"]
    engine.dispose()


def test_green_dashboard():
    """While two wait in threads, their waits are not counted, and they are pending."""
    engine, metrics = watched(1, timeout=30)
    held = engine.connect()
    crowd = [Thread(target=lambda: engine.connect().close()) for _ in range(2)]
    for thread in crowd:
        thread.start()
    give_up = time.monotonic() + 10
    while number(metrics, "pending_requests") < 2 and time.monotonic() < give_up:
        time.sleep(0.005)
    assert (number(metrics, "pending_requests"), number(metrics, "wait_time")) == (2, 1)
    held.close()
    for thread in crowd:
        thread.join()
    assert (number(metrics, "pending_requests"), number(metrics, "wait_time")) == (0, 3)
    engine.dispose()


def test_three_leaks():
    """Forty take one, three keep theirs: 37 uses are recorded, and 40 waits."""
    engine, metrics = watched(5)
    leaked = []
    for request in range(40):
        connection = engine.connect()
        if request in (7, 19, 31):
            leaked.append(connection)
        else:
            connection.close()
    assert (number(metrics, "use_time"), number(metrics, "wait_time")) == (37, 40)
    for connection in leaked:
        connection.close()
    engine.dispose()


def test_after_dispose(postgres_url):
    """The new pool says 0, the server counts the three that are in use."""
    engine = create_engine(postgres_url, connect_args={"application_name": "watched quiz"})
    ask = create_engine(postgres_url)
    sessions = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'watched quiz'")
    taken = [engine.connect() for _ in range(5)]
    taken.pop().close(), taken.pop().close()
    engine.dispose()
    assert engine.pool.status() == (
        "Pool size: 5  Connections in pool: 0 Current Overflow: -5 Current Checked out connections: 0"
    )
    give_up = time.monotonic() + 10
    with ask.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(sessions) > 3 and time.monotonic() < give_up:  # nobody answers a goodbye
            time.sleep(0.01)
        assert connection.scalar(sessions) == 3
    for connection in taken:
        connection.invalidate()
        connection.close()
    ask.dispose()


def test_without_measuring_connect():
    """With a listener on each event, a request that waits in vain calls none; a request that is served calls the others."""
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0.05)
    heard = []
    for name in EVENTS:
        event.listen(engine, name, lambda *_, name=name: heard.append(name))
    with engine.connect():
        assert heard == ["first_connect", "connect", "checkout"]
        heard.clear()
        with pytest.raises(PoolTimeout):
            engine.connect()
        assert heard == []
    assert heard == ["reset", "checkin"]
    engine.dispose()


def test_what_wakes():
    """A database that is gone fails connects and lets nobody wait; a full pool lets nobody wait and fails none."""

    def refuse():
        raise OperationalError("connect", None, Exception("connection refused"))

    engine, metrics = watched(5, creator=refuse)
    for _ in range(20):
        with pytest.raises(OperationalError):
            engine.connect()
    assert (number(metrics, "failed"), number(metrics, "pending_requests"), number(metrics, "timeouts")) == (20, 0, 0)
    assert number(metrics, "count{used}") == 0
    engine, metrics = watched(5)
    taken = [engine.connect() for _ in range(5)]
    assert (number(metrics, "failed"), number(metrics, "pending_requests")) == (0, 0)
    assert number(metrics, "count{used}") == 5
    for connection in taken:
        connection.close()
    engine.dispose()
