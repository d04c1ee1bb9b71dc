# task 1: failed
# says: Call it once before you measure, and then so many times:
"""Counts the warm-up as one of the calls."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    times -= 1
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return median(durations)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    t0 = clock()
    connection = engine.connect()
    t1 = clock()
    connection.execute(text("SELECT 1"))
    t2 = clock()
    connection.execute(text("SELECT 1"))
    t3 = clock()
    connection.close()
    t4 = clock()
    return {"connect": t1 - t0, "first query": t2 - t1, "second query": t3 - t2, "close": t4 - t3}
