# task 3: failed
# says: Rows come through the connection
"""Returns the connection before the result is read."""


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT name FROM products ORDER BY name"))
    yield from found
