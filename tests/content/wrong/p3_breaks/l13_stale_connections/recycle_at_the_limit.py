# task 2: failed
# says: none older than 60 seconds is used
"""An age limit above the gateway's."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_pre_ping=True, pool_recycle=120)
