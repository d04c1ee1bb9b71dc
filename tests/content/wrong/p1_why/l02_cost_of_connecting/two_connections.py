# task 2: failed
# says: Open one connection and stay on it
"""Takes the steps from two connections."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    started = clock()
    with engine.connect() as connection:
        connected = clock()
        connection.execute(text("SELECT 1"))
        first = clock()
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        before = clock()
        connection.execute(text("SELECT 1"))
        second = clock()
    closed = clock()
    return {
        "connect": connected - started,
        "first query": first - connected,
        "second query": second - before,
        "close": closed - second,
    }
