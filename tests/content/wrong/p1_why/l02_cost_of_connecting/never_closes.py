# task 2: failed
# says: Nothing was closed between these two readings:
"""Reads the clock twice and never closes."""


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
    t4 = clock()
    return {"connect": t1 - t0, "first query": t2 - t1, "second query": t3 - t2, "close": t4 - t3}
