# task 2: failed
# says: a forgotten connection was used
"""Takes the age limit for milliseconds."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_pre_ping=True, pool_recycle=45_000)
