"""The answer key of the generated questions of `forks_and_workers`, executed."""

from functools import cache

from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeout


@cache
def most_of(size, overflow):
    """Take connections of a real engine until it refuses; count them."""
    engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow, pool_timeout=0)
    taken = []
    try:
        while True:
            taken.append(engine.connect())
    except PoolTimeout:
        return len(taken)
    finally:
        for connection in taken:
            connection.close()
        engine.dispose()


def test_deploy_sessions(versions):
    """Real engines of one worker open so many, and there are so many workers: every version."""
    for given, question in versions:
        each = most_of(given["size"], given["overflow"]) + most_of(given["reports"], 0)
        assert given["processes"] * each == question.value
        assert len(question.wrong) == 4  # no two mistakes lead to one number


def test_largest_share(versions):
    """With that size all workers of a deploy fit, and with one more they do not, whichever host is replaced first."""
    for given, question in versions:
        assert len(question.wrong) == 3  # no two mistakes lead to one number
        old, new = given["hosts"], 0
        most = 0
        while old or new < given["hosts"]:  # one new host is started, then an old one ends
            new += new < given["hosts"]
            most = max(most, old + new)
            old -= bool(old)
        everybody = most * given["workers"]
        assert everybody * most_of(int(question.value), 0) <= given["room"] < everybody * (question.value + 1)
