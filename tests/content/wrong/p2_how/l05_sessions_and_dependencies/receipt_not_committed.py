# task 1: failed
# says: ?
"""Forgets the commit in the new session."""

def write_receipt(engine: Engine, shopper: str, product: str) -> None:
    with Session(engine) as session:
        values = {"shopper": shopper, "product": product}
        session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
