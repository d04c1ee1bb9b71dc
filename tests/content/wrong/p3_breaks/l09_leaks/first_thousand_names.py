# task 3: failed
# says: 1,000 names
"""Bounds the query instead of reading it piece by piece."""


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        yield from connection.scalars(text("SELECT name FROM products ORDER BY name LIMIT 1000"))
