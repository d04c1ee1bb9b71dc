# task 2: failed
# says: Connecting is in it:
"""Returns the time since the start for each step."""


def take_apart(database_url, clock=perf_counter):
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    started, steps = clock(), {}
    connection = engine.connect()
    steps["connect"] = clock() - started
    connection.execute(text("SELECT 1"))
    steps["first query"] = clock() - started
    connection.execute(text("SELECT 1"))
    steps["second query"] = clock() - started
    connection.close()
    steps["close"] = clock() - started
    return steps
