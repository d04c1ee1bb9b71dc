# task 1: failed
# says: max_connections
"""Remembers the keyword from another library."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, max_connections=5)
