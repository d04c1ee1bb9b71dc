"""A class with laps, and decimals for the number of queries."""

from decimal import ROUND_CEILING, Decimal


class Laps:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.steps, self.last = clock, {}, clock()

    def lap(self, name: str) -> None:
        now = self.clock()
        self.steps[name] = now - self.last
        self.last = now


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    laps = Laps(clock)
    with engine.connect() as connection:
        laps.lap("connect")
        connection.execute(text("SELECT 1")).one()
        laps.lap("first query")
        connection.execute(text("SELECT 1")).one()
        laps.lap("second query")
    laps.lap("close")
    return laps.steps


def queries_until(share: float, connect: float, query: float) -> int:
    share, connect, query = (Decimal(str(x)) for x in (share, connect, query))
    return int((connect * (1 - share) / (share * query)).to_integral_value(ROUND_CEILING))
