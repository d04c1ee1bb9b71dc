# task 3: failed
# says: The query may find more than fits into memory:
"""Reads page by page, and puts all pages into one list."""

from itertools import chain


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        result = connection.scalars(text("SELECT name FROM products ORDER BY name"))
        names = list(chain.from_iterable(result.partitions(100)))
    yield from names
