# task 3: failed
# says: the last line is skipped
"""Closes the connection after the loop of the generator."""


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))
    connection.close()
