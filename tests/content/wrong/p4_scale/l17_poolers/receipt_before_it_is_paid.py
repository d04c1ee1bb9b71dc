# task 5: failed
# says: Note a receipt after it was paid
"""Notes first, and corrects afterwards."""


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with engine.begin() as connection:
        price = connection.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
        connection.execute(text("INSERT INTO receipts VALUES (:p, '')"), {"p": product})
    receipt = pay(price)
    with engine.begin() as connection:
        connection.execute(text("UPDATE receipts SET receipt = :r WHERE name = :p"), {"p": product, "r": receipt})
    return receipt
