"""The answer key of the generated questions of `watching_the_pool`, executed."""

import sqlite3
import time
from queue import SimpleQueue
from threading import Thread

from pool_metrics import PREFIX, PoolMetrics
from sqlalchemy import create_engine


def opened():
    """Open a connection that any thread may use."""
    return sqlite3.connect(":memory:", check_same_thread=False)


def read(metrics, name):
    """Read the one number that a version asks for."""
    value = metrics.read()[PREFIX + name]
    return value.count if name == "wait_time" else value


def come_to(metrics, pending, obtained):
    """Wait until so many wait and so many have got one."""
    give_up = time.monotonic() + 10
    while (read(metrics, "pending_requests"), read(metrics, "wait_time")) != (pending, obtained):
        assert time.monotonic() < give_up
        time.sleep(0.0005)


def test_who_is_pending(versions):
    """So many threads on a real pool, some of whose connections are returned: every version."""
    for given, question in versions:
        metrics, taken = PoolMetrics(), SimpleQueue()
        limit = given["limit"]
        limits = {"pool_size": limit, "max_overflow": 0, "pool_timeout": 60}
        engine = create_engine("sqlite://", creator=opened, poolclass=metrics.measured(), **limits)
        crowd = [Thread(target=lambda e=engine, t=taken: t.put(e.connect())) for _ in range(given["asked"])]
        for thread in crowd:
            thread.start()
        come_to(metrics, given["asked"] - limit, limit)
        for _ in range(given["returned"]):
            taken.get().close()
        come_to(metrics, given["asked"] - limit - given["returned"], limit + given["returned"])
        assert read(metrics, given["name"]) == question.value
        for _ in range(given["asked"] - given["returned"]):
            taken.get().close()
        for thread in crowd:
            thread.join()
        engine.dispose()


def test_what_was_recorded(versions):
    """So many real checkouts, of which some are not returned: every version."""
    for given, question in versions:
        metrics = PoolMetrics()
        engine = create_engine("sqlite:///store.db", poolclass=metrics.measured(), pool_size=20, max_overflow=0)
        metrics.watch(engine)
        kept = [engine.connect() for _ in range(given["leaked"] + given["working"])]
        for _ in range(given["done"]):
            engine.connect().close()
        assert metrics.read()[PREFIX + "use_time"].count == question.value
        for connection in kept:
            connection.close()
        engine.dispose()
