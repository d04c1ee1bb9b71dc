# task 3: failed
# says: The query may find more than fits into memory:
"""Returns an iterator over a list of all names."""


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        return iter(connection.scalars(text("SELECT name FROM products ORDER BY name")).all())
