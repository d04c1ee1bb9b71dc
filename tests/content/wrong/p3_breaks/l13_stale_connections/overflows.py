# task 1: failed
# says: pool_size=5 and max_overflow=0
"""A second connection in reserve."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=1, pool_pre_ping=True, pool_recycle=45)
