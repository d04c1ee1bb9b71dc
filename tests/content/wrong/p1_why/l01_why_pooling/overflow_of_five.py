# task 1: failed
# says: `max_overflow` comes on top of `pool_size`;
"""Lets five more come on top of five."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=5)
