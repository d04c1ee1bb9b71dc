# task 1: failed
# says: With NullPool each leak is an open connection
"""Turns pooling off, so that nothing can be empty."""

from sqlalchemy import NullPool


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, poolclass=NullPool)


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        return None
    connection.close()
    return price
