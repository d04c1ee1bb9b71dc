# task 5: failed
# says: also when it has only read
"""Nothing was written before, so nothing is open."""


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with engine.connect() as connection:
        price = connection.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
        receipt = pay(price)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
    return receipt
