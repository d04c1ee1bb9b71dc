# task 1: failed
# says: What is kept is to be reused.
"""Recycles at once, so that every request has a fresh connection."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_recycle=0, pool_pre_ping=True)
