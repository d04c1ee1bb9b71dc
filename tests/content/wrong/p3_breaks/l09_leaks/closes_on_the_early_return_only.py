# task 1: failed
# says: An error of the database is a way out too:
"""Closes on both returns, and forgets that the query may fail."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        connection.close()
        return None
    connection.close()
    return price
