# task 3: failed
# says: calls of engine.dispose()
"""Throws the pool away before the second attempt."""


def stock_of(engine: Engine, product: str) -> int:
    def ask() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT pieces FROM stock WHERE product = :p"), {"p": product}).scalar_one()

    try:
        return ask()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        engine.dispose()
        return ask()
