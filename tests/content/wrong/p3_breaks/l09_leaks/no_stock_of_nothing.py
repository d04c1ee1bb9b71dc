# task 4: failed
# says: scalar_one() raises, as before.
"""Says 0 for a product that the store does not have."""


def stock_of(engine: Engine, name: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT stock FROM products WHERE name = :name"), {"name": name}) or 0
