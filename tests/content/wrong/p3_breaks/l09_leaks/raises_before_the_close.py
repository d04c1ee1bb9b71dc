# task 4: failed
# says: What is raised skips close().
"""Closes in the last line, which a product that the store does not have never reaches."""


def stock_of(engine: Engine, name: str) -> int:
    connection = engine.connect()
    left = connection.execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()
    connection.close()
    return left
