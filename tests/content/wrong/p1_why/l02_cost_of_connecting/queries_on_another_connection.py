# task 2: failed
# says: Both queries belong on the connection that you open and close, not on another one.
"""Opens one connection and asks on another one that the pool had."""


def take_apart(database_url, clock=perf_counter):
    engine = create_engine(database_url, poolclass=NullPool)
    warm = engine.connect()
    t0 = clock()
    connection = engine.connect()
    t1 = clock()
    warm.execute(text("SELECT 1"))
    t2 = clock()
    warm.execute(text("SELECT 1"))
    t3 = clock()
    connection.close()
    t4 = clock()
    warm.close()
    return {"connect": t1 - t0, "first query": t2 - t1, "second query": t3 - t2, "close": t4 - t3}
