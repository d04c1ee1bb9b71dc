"""The answer key of the generated questions of `sizing`, executed on real pools whose time is ours."""

from collections import deque

from sqlalchemy import create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout


def test_busy_by_rate(versions):
    """Requests that come evenly, on a real pool without a limit: the time it had connections in use, in a second."""
    for given, question in versions:
        engine = create_engine("sqlite:///store.db", pool_size=0)
        rate, held = given["rate"], given["held"]
        in_use, used, now = deque(), 0.0, 0.0
        moments = [number / rate for number in range(rate)]
        for at in moments:
            while in_use and in_use[0][0] <= at:
                end, connection = in_use.popleft()
                used += (end - now) * engine.pool.checkedout()
                now = end
                connection.close()
            used += (at - now) * engine.pool.checkedout()
            now = at
            in_use.append((at + held, engine.connect()))
        for end, connection in in_use:
            used += (end - now) * engine.pool.checkedout()
            now = end
            connection.close()
        engine.dispose()
        assert abs(used - question.value) < 1e-6


def test_last_of_a_rush(versions):
    """A real pool hands out what it has, round after round."""
    for given, question in versions:
        engine = create_engine("sqlite:///store.db", pool_size=given["size"], max_overflow=0, pool_timeout=0)
        waiting, now = given["number"], 0.0
        while True:
            in_use = []
            try:
                while waiting:
                    in_use.append(engine.connect())
                    waiting -= 1
            except PoolTimeout:
                pass
            if not waiting:
                break
            now += given["hold"]
            for connection in in_use:
                connection.close()
        for connection in in_use:
            connection.close()
        engine.dispose()
        assert round(now * 1000, 6) == question.value


def test_opened_in_rushes(versions):
    """A real pool goes through the rushes, and each connect is counted."""
    for given, question in versions:
        engine = create_engine("sqlite:///store.db", pool_size=given["size"], max_overflow=given["overflow"])
        opened = []
        event.listen(engine, "connect", lambda *_, opened=opened: opened.append(1))
        for _ in range(given["rushes"]):
            in_use = [engine.connect() for _ in range(given["crowd"])]
            for connection in in_use:
                connection.close()
        engine.dispose()
        assert len(opened) == question.value
