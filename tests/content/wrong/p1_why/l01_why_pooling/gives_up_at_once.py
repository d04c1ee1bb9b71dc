# task 2: failed
# says: waits until one is returned
# passes in the page, which has no threads
"""Lets nobody wait for a connection."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=0)
