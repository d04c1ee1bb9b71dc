# task 5: failed
# says: whose receipt fails
"""Closes in the last line, which a refused receipt skips."""


def write_receipt(engine: Engine, shopper: str, product: str) -> None:
    session = Session(engine)
    values = {"shopper": shopper, "product": product}
    session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
    session.commit()
    session.close()
