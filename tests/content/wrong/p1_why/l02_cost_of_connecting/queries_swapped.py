# task 2: failed
# says: The two are swapped
"""Calls the second query the first."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    engine.connect().close()
    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1"))
        times.append(clock())
    connection.close()
    times.append(clock())
    steps = ("connect", "second query", "first query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
