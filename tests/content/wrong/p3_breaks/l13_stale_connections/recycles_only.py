# task 1: failed
# says: it must ask at the checkout
"""Takes the age limit for a look at the server."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_recycle=45)
