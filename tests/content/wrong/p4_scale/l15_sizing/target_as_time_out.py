# task 5: failed
# says: others wait longer
"""Gives up whoever waits longer than the target."""


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    share = min(database.room, useful_connections(database.served)) // database.processes
    size = smallest_pool(trace, target)
    if size > share:
        raise ValueError("no room")
    limit = min(smallest_pool([replace(one, at=one.at / 2) for one in trace], target), share)
    return create_engine(database_url, pool_size=size, max_overflow=limit - size, pool_timeout=target)
