# task 5: failed
# says: two processes need no more than 7 each
"""Looks at the room only."""


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    share = database.room // database.processes
    size = smallest_pool(trace, target)
    if size > share:
        raise ValueError("no room")
    limit = min(smallest_pool([replace(one, at=one.at / 2) for one in trace], target), share)
    return create_engine(database_url, pool_size=size, max_overflow=limit - size)
