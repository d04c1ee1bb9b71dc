# task 2: failed
# says: skips the lines below
"""A query that fails leaves its connection in the pool."""


def load_prices(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        prices = {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}
    engine.dispose()
    return prices
