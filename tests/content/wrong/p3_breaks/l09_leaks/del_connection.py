# task 1: failed
# says: `del` removes a name
"""Deletes the name of the connection."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        del connection
        return None
    connection.close()
    return price
