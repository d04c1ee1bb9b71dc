# task 2: failed
# says: the same connection
"""Opens another connection for the second query, out of habit."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()

    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    connection.execute(text("SELECT 1")).scalar()
    times.append(clock())
    with engine.connect() as another:
        another.execute(text("SELECT 1")).scalar()
    times.append(clock())
    connection.close()
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
