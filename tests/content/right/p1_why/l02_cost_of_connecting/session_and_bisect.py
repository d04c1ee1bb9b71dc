"""Asks through a Session, whose close closes; finds the number of queries with bisect."""

from bisect import bisect_left
from decimal import Decimal
from sqlalchemy import select
from sqlalchemy.orm import Session


def take_apart(database_url: str, clock: Clock = perf_counter) -> dict[str, float]:
    engine = create_engine(database_url, poolclass=NullPool)
    engine.connect().close()
    session, times = Session(engine), [clock()]
    for step in (session.connection, *[lambda: session.scalar(select(1))] * 2, session.close):
        step()
        times.append(clock())
    return dict(zip(("connect", "first query", "second query", "close"), (b - a for a, b in zip(times, times[1:]))))


def queries_until(share: float, connect: float, query: float) -> int:
    share, connect, query = (Decimal(repr(number)) for number in (share, connect, query))
    return bisect_left(range(10**9), -share, key=lambda n: -share_of_connecting(connect, query, n))
