# task 1: failed
# says: no limit at all
"""Believes that a limit of zero means as few as possible."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=0, max_overflow=5)
