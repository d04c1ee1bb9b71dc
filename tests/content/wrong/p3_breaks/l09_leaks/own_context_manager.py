# task 1: failed
# says: An error of the database is a way out too:
"""A context manager of its own, without finally."""

from contextlib import contextmanager


@contextmanager
def borrowed(engine: Engine):
    connection = engine.connect()
    yield connection
    connection.close()


def price_of(engine: Engine, name: str) -> int | None:
    with borrowed(engine) as connection:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
