"""Measures without a transaction, sorts for the median, and disposes of a pool in place of having none."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    durations.sort()
    return (durations[(times - 1) // 2] + durations[times // 2]) / 2


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    # dispose() empties the pool, so that the next connect() has to open.
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT", pool_size=1)
    engine.connect().close()
    engine.dispose()

    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1")).scalar()
        times.append(clock())
    connection.close()
    engine.dispose()
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
