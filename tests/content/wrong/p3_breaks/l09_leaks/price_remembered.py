# task 1: failed
# says: after its price was changed to 125
"""Asks the database for each price once."""

from functools import cache


@cache
def price_of(engine: Engine, name: str) -> int | None:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
