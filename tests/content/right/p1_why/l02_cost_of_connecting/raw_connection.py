"""Measures with the driver's connection; finds the number of queries by bisection."""


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.raw_connection().close()
    marks = [clock()]
    raw = engine.raw_connection()
    marks.append(clock())
    cursor = raw.cursor()
    for _ in range(2):
        cursor.execute("SELECT 1")
        cursor.fetchone()
        marks.append(clock())
    raw.close()
    marks.append(clock())
    connect, first, second, close = (after - before for before, after in zip(marks, marks[1:]))
    return {"connect": connect, "first query": first, "second query": second, "close": close}


def queries_until(share: float, connect: float, query: float) -> int:
    share, connect, query = (Fraction(str(number)) for number in (share, connect, query))
    low, high = 0, 1
    while share_of_connecting(connect, query, high) > share:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if share_of_connecting(connect, query, middle) <= share:
            high = middle
        else:
            low = middle + 1
    return low
