# task 3: failed
# says: Got: 100 names
"""Reads one page."""


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        yield from connection.scalars(text("SELECT name FROM products ORDER BY name")).fetchmany(100)
