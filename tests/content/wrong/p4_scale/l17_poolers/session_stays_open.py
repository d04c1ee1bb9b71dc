# task 5: failed
# says: End every transaction
"""Ends its transaction when all goes well."""


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    KEPT.append(connection := engine.connect())
    price = connection.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
    connection.commit()
    receipt = pay(price)
    connection.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
    connection.commit()
    return receipt


KEPT: list[Connection] = []
