# task 2: failed
# says: A ping goes into the silence as well
"""The ping will find it."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_pre_ping=True)
