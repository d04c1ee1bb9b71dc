"""Warms up a pool of one and throws its connection away by invalidate."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.invalidate()
    t = [clock()]
    connection = engine.connect()
    t += [clock()]
    connection.exec_driver_sql("select 1")
    t += [clock()]
    connection.exec_driver_sql("select 1")
    t += [clock()]
    connection.invalidate()
    connection.close()
    t += [clock()]
    return {"connect": t[1] - t[0], "first query": t[2] - t[1], "second query": t[3] - t[2], "close": t[4] - t[3]}
