# task 1: failed
# says: `max_overflow` lets the pool open 10 more, unless you set it.
"""Believes that pool_size is the maximum."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5)
