# task 3: failed
# says: the connection was lost after it
"""Trusts the ping."""


def stock_of(engine: Engine, product: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT pieces FROM stock WHERE product = :p"), {"p": product}).scalar_one()
