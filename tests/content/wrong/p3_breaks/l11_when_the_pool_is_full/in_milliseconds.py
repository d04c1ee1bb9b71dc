# task 1: failed
# says: It is in seconds
"""Takes the unit for milliseconds."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=2000)
