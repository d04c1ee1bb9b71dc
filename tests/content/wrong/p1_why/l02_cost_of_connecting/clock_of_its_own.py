# fails: task 1
# says: Is it `clock()` that you read?
"""Reads time.time, whatever clock it is handed."""

import math
import time
from collections.abc import Callable
from statistics import median
from time import perf_counter

from sqlalchemy import NullPool, create_engine, text

Clock = Callable[[], float]


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Return the median duration of `times` calls of `action`, after one call to warm up that does not count.

    `clock` tells the time; the result is in its unit, seconds for `perf_counter`.
    """
    action()
    durations = []
    for _ in range(times):
        started = time.time()
        action()
        durations.append(time.time() - started)
    return median(durations)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    """Open one connection, ask `SELECT 1` twice, close it; return what each step took, in the unit of `clock`.

    The keys are "connect", "first query", "second query" and "close". Only opening counts as connecting:
    what an engine asks once in its life does not, and taking a connection from a pool is no opening.
    """
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()

    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1")).scalar()
        times.append(clock())
    connection.close()
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    """Return which part of a request is connecting, from 0 to 1, if it opens a connection and runs so many queries.

    `connect` is what opening takes, `query` what one query takes, in the same unit.
    """
    return connect / (connect + queries * query)


def queries_until(share: float, connect: float, query: float) -> int:
    """Return the least number of queries on one connection with which connecting is at most this share of the whole."""
    return math.ceil(connect * (1 - share) / (share * query))
