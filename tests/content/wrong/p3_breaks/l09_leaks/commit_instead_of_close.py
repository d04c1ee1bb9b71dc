# task 1: failed
# says: The transaction has ended, the connection is in use:
"""Believes that a connection's commit returns it."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    connection.commit()
    if price is None:
        return None
    return price
