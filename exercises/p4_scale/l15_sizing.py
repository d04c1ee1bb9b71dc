"""The store has recorded who took a connection when, and for how long. Size its pool from that, and defend the number.

A trace is a list of checkouts of one process. Replay it, find the smallest pool that is enough, and refuse what cannot be.
Grade yourself with `pytest exercises -k sizing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine


@dataclass(frozen=True)
class Checkout:
    """One request that held a connection, as the pool's events noted it when the connection was returned."""

    at: float  # the second of the trace in which it asked for a connection; nobody had to wait while this was recorded
    held: float  # seconds from getting the connection to returning it


@dataclass(frozen=True)
class Database:
    """What the database can do for the store."""

    room: int  # connections that all processes of the store together may open
    processes: int  # at the worst moment of a deploy; each has a pool of its own, and traffic like the trace
    served: Mapping[int, float]  # measured: with so many connections in all, so many requests per second


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    """Return how many connections were busy on average, in a trace that was recorded for so many seconds."""
    # TODO 1: Little's law.
    return len(trace) / seconds


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    """Return how many seconds each checkout would wait for one of so many connections, in the order of asking.

    Whoever asked first is served first, takes the connection that is free first, and holds it as long as in the trace.
    """
    # TODO 2: for each connection, when is it free again? The trace is in the order of returning.
    return [0.0 for _ in trace]


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    """Return the smallest number of connections with which at least 95 % of the checkouts wait no more than `target` seconds.

    It is at least 1, also for an empty trace: pool_size=0 would have no limit.
    """
    # TODO 3: how many must not wait longer? Your replay knows who does.
    return round(busy_connections(trace, 1.0))


def useful_connections(served: Mapping[int, float]) -> int:
    """Return the smallest measured number of connections that serves at least 95 % of the most requests per second."""
    # TODO 4: beyond it, the queue only moves from the pool into the database.
    return max(served)


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    """Return one process's engine. It keeps the smallest pool that is enough for the trace, and has overflow for a rush.

    With pool_size and max_overflow together, the same checkouts in half the time meet the target too.
    All processes together open no more connections than there is room for, and no more than are useful: overflow gives
    way first. ValueError if not even the smallest pool fits. The target is no time-out: who waits longer gets a connection too.
    """
    # TODO 5: two settings, two limits.
    return create_engine(database_url)
