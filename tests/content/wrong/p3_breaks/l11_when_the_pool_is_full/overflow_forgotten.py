# task 1: failed
# says: moves the crowd into the database
"""Leaves the default overflow."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, pool_timeout=2)
