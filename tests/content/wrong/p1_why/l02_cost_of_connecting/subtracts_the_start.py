# task 2: failed
# says: subtract what the clock said when connect() had returned
"""Subtracts the start from the first query."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    times = [clock()]
    connection = engine.connect()
    times.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1"))
        times.append(clock())
    connection.close()
    times.append(clock())
    steps = ("connect", "first query", "second query", "close")
    return {
        step: times[number + 1] - times[max(0, number - 1) if number == 1 else number]
        for number, step in enumerate(steps)
    }
