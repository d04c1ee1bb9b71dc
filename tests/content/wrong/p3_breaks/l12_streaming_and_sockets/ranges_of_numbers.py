# task 1: failed
# says: Numbers have gaps, also large ones
"""Reads the numbers from 1 to 500, and so on, until a batch is empty."""


def order_pieces(engine: Engine) -> Iterator[str]:
    last = 0
    while True:
        values = {"last": last, "newest": last + BATCH, "size": BATCH}
        with Session(engine) as session:
            orders = session.execute(ORDERS, values).all()
        if not orders:
            return
        yield as_lines(orders)
        last += BATCH
