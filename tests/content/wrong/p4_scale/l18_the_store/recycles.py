# task 1: failed
# says: after the database was restarted
"""Connections are renewed after a minute: a restart comes when it comes."""


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=1, pool_recycle=60, **more)
