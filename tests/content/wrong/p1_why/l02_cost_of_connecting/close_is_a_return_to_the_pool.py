# task 2: failed
# says: close() returned the connection to a pool, which keeps it open.
"""Times the return to a pool and takes it for closing."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url)
    engine.connect().close()
    engine.dispose()
    t0 = clock()
    connection = engine.connect()
    t1 = clock()
    connection.execute(text("SELECT 1"))
    t2 = clock()
    connection.execute(text("SELECT 1"))
    t3 = clock()
    connection.close()
    t4 = clock()
    return {"connect": t1 - t0, "first query": t2 - t1, "second query": t3 - t2, "close": t4 - t3}
