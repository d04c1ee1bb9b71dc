"""Reads names page by page, each page on a connection of its own; a decorator lends the connection."""

from functools import wraps


def lends(function):
    @wraps(function)
    def lending(engine, *arguments):
        with engine.connect() as connection:
            return function(connection, *arguments)

    return lending


@lends
def price_of(connection, name: str) -> int | None:
    return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})


@lends
def stock_of(connection, name: str) -> int:
    return connection.execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()


def product_names(engine: Engine) -> Iterator[str]:
    after = ""
    while True:
        with engine.connect() as connection:
            sql = text("SELECT name FROM products WHERE name > :after ORDER BY name LIMIT 100")
            page = connection.scalars(sql, {"after": after}).all()
        if not page:
            return
        yield from page
        after = page[-1]
