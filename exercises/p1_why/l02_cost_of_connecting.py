"""A measurement of the store's connections that somebody made in a hurry. Nearly every number in it is wrong.

Fix it until you would show it to a colleague.
Grade yourself with `pytest exercises -k cost_of_connecting`.
"""

import sys
from collections.abc import Callable
from time import perf_counter

from sqlalchemy import create_engine, text

Clock = Callable[[], float]


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Return the median duration of `times` calls of `action`, after one call to warm up that does not count.

    `clock` tells the time; the result is in its unit, seconds for `perf_counter`. An exception of `action` comes out.
    """
    # TODO 1: the first call counts here, and one slow call among many spoils the result.
    started = clock()
    for _ in range(times):
        action()
    return (clock() - started) / times


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    """Open one connection, ask `SELECT 1` twice, close it; return what each step took, in the unit of `clock`.

    The keys are "connect", "first query", "second query" and "close". One connection is measured; warm up with another,
    and close that too. Only opening counts as connecting: what an engine asks once in its life does not, and taking
    a connection from a pool is no opening.
    """
    # TODO 2: create_engine was timed. Does it connect at all? And which step pays for what it leaves undone?
    started = clock()
    engine = create_engine(database_url)
    connected = clock()
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        first = clock()
        connection.execute(text("SELECT 1"))
        second = clock()
    return {
        "connect": connected - started,
        "first query": first - connected,
        "second query": second - first,
        "close": clock() - second,
    }


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    """Return which part of a request is connecting, from 0 to 1, if it opens a connection and runs so many queries.

    `connect` is what opening takes, `query` what one query takes, in the same unit. Without queries the share is 1.
    """
    # TODO 3: a part of what? With few queries this is more than the whole.
    return connect / (queries * query)


def queries_until(share: float, connect: float, query: float) -> int:
    """Return how many queries on one connection are enough for connecting to take at most `share`: 36 for (0.1, 0.6, 0.15).

    A share that is met exactly is met, and a share of 1 needs no query. The numbers are the decimal numbers as written:
    0.1 is a tenth, and not the float next to it.
    """
    # TODO 4: this asks for a share of the queries' time, and then rounds to the nearest number. Too few are not enough: round up.
    return round(connect / (share * query))


if __name__ == "__main__":  # run it with the address from `poolschool db url`
    for step, seconds in take_apart(sys.argv[1]).items():
        print(f"{step:>12}: {seconds * 1000:6.2f} ms")  # noqa: T201 - a program may print
