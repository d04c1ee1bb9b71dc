# task 4: failed
# says: connections closed by stock_of
"""Invalidates the connection instead of returning it."""


def stock_of(engine: Engine, name: str) -> int:
    connection = engine.connect()
    try:
        return connection.execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()
    finally:
        connection.invalidate()
