# task 1: failed
# says: keep and reuse it
"""An age limit of no time at all: every request opens a connection."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_recycle=0)
