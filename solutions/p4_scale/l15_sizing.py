"""The store has recorded who took a connection when, and for how long. Its pool is sized from that, and the number defended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapreplace
from itertools import count

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
    # Rate × mean hold is (number ÷ seconds) × (sum ÷ number): the number falls out, so an empty trace is no special case.
    return sum(checkout.held for checkout in trace) / seconds


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    """Return how many seconds each checkout would wait for one of so many connections, in the order of asking.

    Whoever asked first is served first, takes the connection that is free first, and holds it as long as in the trace.
    """
    free = [0.0] * connections  # when each is free again; a heap, so free[0] is the first
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):  # it was recorded in the order of returning
        begins = max(checkout.at, free[0])  # a connection that rested is free now, not in the past
        heapreplace(free, begins + checkout.held)
        waited.append(begins - checkout.at)
    return waited


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    """Return the smallest number of connections with which at least 95 % of the checkouts wait no more than `target` seconds.

    It is at least 1, also for an empty trace: pool_size=0 would have no limit.
    """
    # The replay knows every rush in the trace. Erlang's formula would see only rate and hold, as if all came independently.
    for connections in count(1):
        in_time = sum(wait <= target for wait in waits(trace, connections))
        if in_time >= 0.95 * len(trace):
            return connections
    raise AssertionError("with a connection for each checkout nobody waits")


def useful_connections(served: Mapping[int, float]) -> int:
    """Return the smallest measured number of connections that serves at least 95 % of the most requests per second."""
    # Not the number with the most: 354 with ten and 353 with two are the same, and eight connections differ.
    most = max(served.values())
    return min(connections for connections, rate in served.items() if rate >= 0.95 * most)


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    """Return one process's engine. It keeps the smallest pool that is enough for the trace, and has overflow for a rush.

    With pool_size and max_overflow together, the same checkouts in half the time meet the target too.
    All processes together open no more connections than there is room for, and no more than are useful: overflow gives
    way first. ValueError if not even the smallest pool fits. The target is no time-out: who waits longer gets a connection too.
    """
    share = min(database.room, useful_connections(database.served)) // database.processes
    size = smallest_pool(trace, target)
    if size > share:
        # Any number here would be wrong: less keeps everybody waiting, more is refused by the server or of no use there.
        raise ValueError(f"the trace needs {size} connections, and {share} are there for each process")
    rush = [replace(checkout, at=checkout.at / 2) for checkout in trace]
    limit = min(smallest_pool(rush, target), share)
    # Everyday load must be in pool_size: what is beyond it is closed at each return, and opened again for the next.
    return create_engine(database_url, pool_size=size, max_overflow=limit - size)
