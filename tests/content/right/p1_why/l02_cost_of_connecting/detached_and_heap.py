"""Detaches from a pool so that close() closes; finds the median with a heap."""

from heapq import nsmallest


def time_each(action, times, clock=perf_counter):
    durations = []
    for number in range(times + 1):
        before = clock()
        action()
        if number:
            durations.append(clock() - before)
    low, high = nsmallest(times // 2 + 1, durations)[-2:] if times > 1 else durations * 2
    return high if times % 2 else (low + high) / 2


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        connection.detach()
    a = clock()
    connection = engine.connect()
    b = clock()
    connection.detach()
    c = clock()
    connection.scalar(text("SELECT 1"))
    d = clock()
    connection.scalar(text("SELECT 1"))
    e = clock()
    connection.close()
    f = clock()
    return {"close": f - e, "second query": e - d, "first query": d - c, "connect": b - a}
