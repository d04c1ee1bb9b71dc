# right: Lets timeit read the clock, opens with the driver alone, and counts queries one by one.
"""Lets timeit read the clock, opens with the driver alone, and counts queries one by one."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from timeit import repeat

import psycopg

Clock = Callable[[], float]


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Return the median duration of `times` calls of `action`, after one call to warm up that does not count.

    `clock` tells the time; the result is in its unit, seconds for `perf_counter`.
    """
    # The first call pays for imports, caches and the first connection of an engine. It is another question.
    durations = repeat(action, number=1, repeat=times + 1, timer=clock)[1:]
    # One pause of the machine moves the mean as far as it likes; the median does not notice it.
    return median(durations)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    """Open one connection, ask `SELECT 1` twice, close it; return what each step took, in the unit of `clock`.

    The keys are "connect", "first query", "second query" and "close". Only opening counts as connecting:
    what an engine asks once in its life does not, and taking a connection from a pool is no opening.
    """
    # The driver has no pool and asks nothing of its own.

    times = [clock()]
    connection = psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True)
    times.append(clock())
    for _ in range(2):
        connection.execute("SELECT 1").fetchone()
        times.append(clock())
    connection.close()
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    """Return which part of a request is connecting, from 0 to 1, if it opens a connection and runs so many queries.

    `connect` is what opening takes, `query` what one query takes, in the same unit.
    """
    # A share is a part of the whole, and the whole contains the connecting.
    return connect / (connect + queries * query)


def queries_until(share: float, connect: float, query: float) -> int:
    """Return the least number of queries on one connection with which connecting is at most this share of the whole."""
    queries = 0
    while share_of_connecting(connect, query, queries) > share:
        queries += 1
    return queries
