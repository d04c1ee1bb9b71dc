# task 2: failed
# says: Returned to the pool is not closed
"""Takes the end of the block for the end of the connection."""


def load_prices(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}
