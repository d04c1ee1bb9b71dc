# task 1: failed
# says: gc.collect() frees what nobody refers to
"""Calls the garbage collector where the connection should be returned."""

import gc


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        gc.collect()
        return None
    connection.close()
    return price
