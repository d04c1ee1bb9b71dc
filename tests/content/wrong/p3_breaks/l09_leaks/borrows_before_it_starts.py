# task 3: failed
# says: A generator that was never started
"""Borrows at the call, returns in the generator."""


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()

    def read() -> Iterator[str]:
        with connection:
            yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))

    return read()
