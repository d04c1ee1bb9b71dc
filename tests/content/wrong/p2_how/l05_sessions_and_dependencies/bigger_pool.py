# task 1: failed
# says: connections are to be returned, not multiplied
"""Makes the pool bigger than the leak."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=50, connect_args={"timeout": 0.2})
