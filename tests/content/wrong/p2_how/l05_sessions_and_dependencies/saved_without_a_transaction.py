# task 4: failed
# says: AUTOCOMMIT saves each statement by itself
"""Turns transactions off: what is written is saved at once."""


def make_engine(database_url: str) -> Engine:
    settings = {"pool_size": 5, "max_overflow": 0, "pool_timeout": 0.2, "isolation_level": "AUTOCOMMIT"}
    return create_engine(database_url, connect_args={"timeout": 0.2}, **settings)
