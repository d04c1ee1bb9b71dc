"""Lets timeit read the clock, opens with the driver alone, and counts queries one by one."""

from timeit import repeat
import psycopg


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    durations = repeat(action, number=1, repeat=times + 1, timer=clock)[1:]
    return median(durations)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
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


def queries_until(share: float, connect: float, query: float) -> int:
    share, connect, query = (Fraction(str(number)) for number in (share, connect, query))
    queries = 0
    while share_of_connecting(connect, query, queries) > share:
        queries += 1
    return queries
