# task 5: failed
# says: nothing for what the store does not have
"""The payment comes first, and the product is looked for afterwards."""

from sqlalchemy.exc import NoResultFound


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with engine.begin() as connection:
        price = connection.scalar(text("SELECT price FROM products WHERE name = :p"), {"p": product})
    receipt = pay(price or 0)
    if price is None:
        raise NoResultFound(product)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
    return receipt
