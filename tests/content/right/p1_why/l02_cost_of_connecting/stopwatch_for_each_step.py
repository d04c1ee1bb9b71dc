# right: Times each step with a function of its own.
"""Times each step with a function of its own."""

import math
from collections.abc import Callable
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, NullPool, create_engine, text

Clock = Callable[[], float]


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Return the median duration of `times` calls of `action`, after one call to warm up that does not count.

    `clock` tells the time; the result is in its unit, seconds for `perf_counter`.
    """
    # The first call pays for imports, caches and the first connection of an engine. It is another question.
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    # One pause of the machine moves the mean as far as it likes; the median does not notice it.
    return median(durations)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    """Open one connection, ask `SELECT 1` twice, close it; return what each step took, in the unit of `clock`.

    The keys are "connect", "first query", "second query" and "close". Only opening counts as connecting:
    what an engine asks once in its life does not, and taking a connection from a pool is no opening.
    """
    # With NullPool every loan opens a connection and every return closes it: the thing we want to measure.
    engine = create_engine(database_url, poolclass=NullPool)
    # The engine's first connection asks for version, schema and more. Let that happen before the clock runs.
    engine.connect().close()

    def timed(action: Callable[[], object]) -> float:
        started = clock()
        action()
        return clock() - started

    borrowed: list[Connection] = []
    return {
        "connect": timed(lambda: borrowed.append(engine.connect())),
        "first query": timed(lambda: borrowed[0].scalar(text("SELECT 1"))),
        "second query": timed(lambda: borrowed[0].scalar(text("SELECT 1"))),
        "close": timed(lambda: borrowed.pop().close()),
    }


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    """Return which part of a request is connecting, from 0 to 1, if it opens a connection and runs so many queries.

    `connect` is what opening takes, `query` what one query takes, in the same unit.
    """
    # A share is a part of the whole, and the whole contains the connecting.
    return connect / (connect + queries * query)


def queries_until(share: float, connect: float, query: float) -> int:
    """Return the least number of queries on one connection with which connecting is at most this share of the whole."""
    # connect / (connect + n × query) ≤ share, solved for n. A part of a query does not exist: round up.
    return math.ceil(connect * (1 - share) / (share * query))
