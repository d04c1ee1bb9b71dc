# task 2: failed
# says: Read `clock()` before and after this step, and subtract:
"""Returns milliseconds."""


def take_apart(database_url, clock=perf_counter):
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    marks = [clock()]
    connection = engine.connect()
    marks.append(clock())
    for _ in range(2):
        connection.execute(text("SELECT 1"))
        marks.append(clock())
    connection.close()
    marks.append(clock())
    names = ["connect", "first query", "second query", "close"]
    return {name: (b - a) * 1000 for name, a, b in zip(names, marks, marks[1:])}
