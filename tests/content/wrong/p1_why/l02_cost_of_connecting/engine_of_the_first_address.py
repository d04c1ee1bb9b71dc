# task 2: failed
# says: An engine belongs to one address
"""Remembers the engine, and not its address."""

from functools import cache

addresses = []


@cache
def engine_made():
    return create_engine(addresses[0], poolclass=NullPool)


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    addresses.append(database_url)
    engine = engine_made()
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
    return {step: after - before for step, before, after in zip(steps, times, times[1:], strict=False)}
