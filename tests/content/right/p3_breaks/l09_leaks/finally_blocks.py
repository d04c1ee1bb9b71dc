"""Closes in finally blocks, and reads the names page by page."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    try:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    finally:
        connection.close()


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    try:
        result = connection.execution_options(yield_per=100).scalars(text("SELECT name FROM products ORDER BY name"))
        for page in result.partitions():
            yield from page
    finally:
        connection.close()


def find_product(engine: Engine, name: str) -> Product | None:
    session = Session(engine)
    try:
        return session.get(Product, name)
    finally:
        session.close()
