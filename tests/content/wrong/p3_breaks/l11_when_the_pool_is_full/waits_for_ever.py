# task 1: failed
# says: keeps its thread for ever
"""Nobody gives up."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=None)
