# task 1: failed
# says: A bigger pool is empty a little later
"""Cures the leak with a bigger pool."""


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, pool_size=50, max_overflow=0, pool_timeout=0.2)


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        return None
    connection.close()
    return price
