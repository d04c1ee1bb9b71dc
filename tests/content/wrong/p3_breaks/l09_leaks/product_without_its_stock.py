# task 4: failed
# says: 'desk lamp').stock
"""Builds a product from some of its columns."""


def find_product(engine: Engine, name: str) -> Product | None:
    with engine.connect() as connection:
        row = connection.execute(text("SELECT name, price FROM products WHERE name = :name"), {"name": name}).first()
    return Product(name=row.name, price=row.price) if row else None
