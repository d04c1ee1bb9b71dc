# task 2: failed
# says: create_engine opens nothing
"""Takes create_engine for the opening of a connection."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    times = [clock()]
    engine = create_engine(database_url, poolclass=NullPool)
    times.append(clock())
    connection = engine.connect()
    for _ in range(2):
        connection.execute(text("SELECT 1")).scalar()
        times.append(clock())
    connection.close()
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
