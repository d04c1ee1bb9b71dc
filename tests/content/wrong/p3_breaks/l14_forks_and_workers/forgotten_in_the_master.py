# task 2: failed
# says: leaves that to the collector
"""Does in the master what belongs into the worker."""


def load_prices(engine: Engine) -> dict[str, int]:
    try:
        with engine.connect() as connection:
            return {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}
    finally:
        engine.dispose(close=False)
