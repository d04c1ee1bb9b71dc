# task 3: failed
# says: take another connection, and ask once more
"""Asks again inside of the same transaction."""


def stock_of(engine: Engine, product: str) -> int:
    query = text("SELECT pieces FROM stock WHERE product = :p")
    with engine.connect() as connection:
        try:
            return connection.execute(query, {"p": product}).scalar_one()
        except DBAPIError:
            return connection.execute(query, {"p": product}).scalar_one()
