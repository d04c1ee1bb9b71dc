"""The answer key of the generated questions of `the_store`, executed on real pools."""

from collections import deque

from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeout


def make(given):
    """Make the engine of a question, with no patience."""
    return create_engine("sqlite:///store.db", pool_size=given["size"], max_overflow=given["overflow"], pool_timeout=0)


def left(engine):
    """Count the connections that can still be taken, and return them."""
    taken = []
    try:
        while True:
            taken.append(engine.connect())
    except PoolTimeout:
        return len(taken)
    finally:
        for connection in taken:
            connection.close()


def test_left_by_payments(versions):
    """Orders come evenly and return their connection after so many seconds: this many are left, in every version."""
    for given, question in versions:
        engine, paying = make(given), deque()
        for number in range(3 * given["rate"] * given["seconds"]):  # orders, number / rate seconds after the first
            if paying and paying[0][0] + given["rate"] * given["seconds"] <= number:
                paying.popleft()[1].close()
            paying.append((number, engine.connect()))
        assert left(engine) == question.value
        for _, connection in paying:
            connection.close()
        engine.dispose()


def test_minutes_until_full(versions):
    """Each dead link keeps one: after so many minutes, and not before, none is left."""
    for given, question in versions:
        engine, leaked, minutes = make(given), [], 0
        while left(engine):
            leaked += [engine.connect() for _ in range(given["each"])]
            minutes += 1
        assert minutes == question.value
        for connection in leaked:
            connection.close()
        engine.dispose()
