# task 1: failed
# says: 0 is a price:
"""Takes a price of 0 for none."""


def price_of(engine: Engine, name: str) -> int | None:
    with engine.connect() as connection:
        price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
        return price or None
