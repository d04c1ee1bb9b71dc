# task 1: failed
# says: Thirty seconds is the default
"""Another time-out: that of opening a connection."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"timeout": 2})
