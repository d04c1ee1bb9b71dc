# task 2: failed
# says: only a ROLLBACK was sent
"""Rolls back and takes it for closing."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1"))
        times.append(clock())
    connection.rollback()
    times.append(clock())
    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
