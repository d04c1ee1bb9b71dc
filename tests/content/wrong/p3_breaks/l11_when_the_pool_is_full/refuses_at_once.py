# task 1: failed
# says: also in a short burst
"""Nobody waits at all."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=0)
