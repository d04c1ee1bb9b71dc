# task 2: failed
# says: closes only what lies in the pool
"""Disposes of the pool inside of the block: its own connection is not in the pool then."""


def load_prices(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        prices = {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}
        engine.dispose()
        return prices
