# task 1: failed
# says: moves the crowd into the database
"""More connections in place of a shorter wait."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=50, max_overflow=0, pool_timeout=2)
