# task 4: failed
# says: a cache beside it
"""Keeps connections in a cache, now one for all products."""

kept = {}


def stock_of(engine: Engine, name: str) -> int:
    if "stock" not in kept:
        kept["stock"] = engine.connect()
    return kept["stock"].execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()
