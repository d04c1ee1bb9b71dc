# task 1: failed
# says: a connection that the server had closed
"""Fault 1 is left: nobody asks the pool's connections whether they live."""


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=1, **more)
