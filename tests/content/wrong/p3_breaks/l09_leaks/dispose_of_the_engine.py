# task 1: failed
# says: dispose() starts a new pool
"""Disposes of the engine when a product is not found."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        engine.dispose()
        return None
    connection.close()
    return price
