# task 3: failed
# says: no error was raised
"""Gives up without a word."""


def stock_of(engine: Engine, product: str) -> int:
    def ask() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT pieces FROM stock WHERE product = :p"), {"p": product}).scalar_one()

    for _ in range(2):
        try:
            return ask()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
    return 0
