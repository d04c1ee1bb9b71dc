# task 3: failed
# says: All is read and the connection is in use:
"""Closes the result and takes this for returning the connection."""

from contextlib import closing


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    with closing(connection.scalars(text("SELECT name FROM products ORDER BY name"))) as names:
        yield from names
