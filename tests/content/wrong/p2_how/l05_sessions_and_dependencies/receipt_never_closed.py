# task 5: failed
# says: POST /orders/chair ann, and its receipt
"""Begins a transaction after the commit, to log the receipt, and ends neither it nor the session."""


def write_receipt(engine: Engine, shopper: str, product: str) -> None:
    session = Session(engine)
    values = {"shopper": shopper, "product": product}
    session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
    session.commit()
    print(session.scalar(text("SELECT count(*) FROM receipts")), "receipts")
