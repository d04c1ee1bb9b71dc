"""Times each step with a function of its own."""

from sqlalchemy import Connection


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()

    def timed(action: Callable[[], object]) -> float:
        started = clock()
        action()
        return clock() - started

    borrowed: list[Connection] = []
    return {
        "connect": timed(lambda: borrowed.append(engine.connect())),
        "first query": timed(lambda: borrowed[0].scalar(text("SELECT 1"))),
        "second query": timed(lambda: borrowed[0].scalar(text("SELECT 1"))),
        "close": timed(lambda: borrowed.pop().close()),
    }
