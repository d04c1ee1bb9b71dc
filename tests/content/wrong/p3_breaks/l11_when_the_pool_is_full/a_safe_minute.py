# task 1: failed
# says: The shopper has left by then
"""A longer wait is safer."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=60)
