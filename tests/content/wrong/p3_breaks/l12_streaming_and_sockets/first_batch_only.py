# task 1: failed
# says: begin after the last that was read
"""Sends the first batch, and no other."""


def order_pieces(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        orders = session.execute(ORDERS, {"last": 0, "newest": 10**9, "size": BATCH}).all()
    yield as_lines(orders)
