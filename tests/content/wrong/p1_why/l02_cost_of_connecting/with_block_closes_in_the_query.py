# task 2: failed
# says: before close()
"""Reads the clock after the with block, which has closed by then."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()

    times = [clock()]
    with engine.connect() as connection:
        times.append(clock())
        connection.execute(text("SELECT 1")).scalar()
        times.append(clock())
        connection.execute(text("SELECT 1")).scalar()
    times.append(clock())
    times.append(clock())

    steps = ("connect", "first query", "second query", "close")
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
