# task 5: failed
# says: Nothing commits it, and close() rolls back
"""Forgets the commit in the new session."""


def write_receipt(engine: Engine, shopper: str, product: str) -> None:
    with Session(engine) as session:
        values = {"shopper": shopper, "product": product}
        session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
