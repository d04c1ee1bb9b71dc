# task 1: failed
# says: each shopper pays for opening it
"""Nothing is stale without a pool."""

from sqlalchemy import NullPool


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, poolclass=NullPool, **more)
