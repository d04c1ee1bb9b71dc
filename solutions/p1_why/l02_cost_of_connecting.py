"""What a connection costs, taken apart: a stopwatch, four steps, connecting's share of a request."""

import math
import sys
from collections.abc import Callable
from fractions import Fraction
from statistics import median
from time import perf_counter

from sqlalchemy import NullPool, create_engine, text

Clock = Callable[[], float]


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Return the median duration of `times` calls of `action`, after one call to warm up that does not count.

    `clock` tells the time; the result is in its unit, seconds for `perf_counter`. An exception of `action` comes out.
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

    The keys are "connect", "first query", "second query" and "close". One connection is measured; warm up with another,
    and close that too. Only opening counts as connecting: what an engine asks once in its life does not, and taking
    a connection from a pool is no opening.
    """
    # With NullPool every checkout opens a connection and every return closes it: what we want to measure.
    engine = create_engine(database_url, poolclass=NullPool)
    # The engine's first connection asks for version, schema and more. Let that happen before the clock runs.
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

    `connect` is what opening takes, `query` what one query takes, in the same unit. Without queries the share is 1.
    """
    # A share is a part of the whole, and the whole contains the connecting.
    return connect / (connect + queries * query)


def queries_until(share: float, connect: float, query: float) -> int:
    """Return how many queries on one connection are enough for connecting to take at most `share`: 36 for (0.1, 0.6, 0.15).

    A share that is met exactly is met, and a share of 1 needs no query. The numbers are the decimal numbers as written:
    0.1 is a tenth, and not the float next to it.
    """
    # connect / (connect + n × query) ≤ share, solved for n. A part of a query does not exist: round up.
    # With floats 0.6 * (1 - 0.1) / (0.1 * 0.15) is 36.00000000000001, of which ceil makes 37. Fractions of the numbers
    # as they are written round nothing.
    part, opening, asking = (Fraction(str(number)) for number in (share, connect, query))
    return math.ceil(opening * (1 - part) / (part * asking))


if __name__ == "__main__":  # run it with the address from `poolschool db url`
    for step, seconds in take_apart(sys.argv[1]).items():
        print(f"{step:>12}: {seconds * 1000:6.2f} ms")  # noqa: T201 - a program may print
