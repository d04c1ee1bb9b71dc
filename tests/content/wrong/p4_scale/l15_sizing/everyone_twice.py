# task 5: failed
# says: in half the time
"""Lets everybody come twice at the same moment."""


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    share = min(database.room, useful_connections(database.served)) // database.processes
    size = smallest_pool(trace, target)
    if size > share:
        raise ValueError("no room")
    limit = min(smallest_pool([*trace, *trace], target), share)
    return create_engine(database_url, pool_size=size, max_overflow=limit - size)
