"""Replays in whole microseconds; halves the list of sizes; doubles holds and target instead of halving the time."""

from bisect import bisect_left


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0] * connections
    waited = []
    for at, held in sorted((round(one.at * 1e6), round(one.held * 1e6)) for one in trace):
        begins = max(at, heapreplace(free, 0))
        heapreplace(free, begins + held)
        waited.append((begins - at) / 1e6)
    return waited


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    def enough(connections: int) -> bool:
        late = sum(wait > target for wait in waits(trace, connections))
        return late * 20 <= len(trace)

    return 1 + bisect_left(range(1, max(2, len(trace) + 1)), True, key=enough)


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    size = smallest_pool(trace, target)
    share = min(database.room, useful_connections(database.served)) // database.processes
    if size > share:
        raise ValueError("no room")
    rush = smallest_pool([replace(one, held=2 * one.held) for one in trace], 2 * target)
    return create_engine(database_url, pool_size=size, max_overflow=min(rush, share) - size, pool_timeout=3)
