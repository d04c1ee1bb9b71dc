# task 1: failed
# says: from the last to the first
"""Sorted from the newest to the oldest."""

ORDERS = text("SELECT id, product FROM orders WHERE id < :last ORDER BY id DESC LIMIT :size")


def order_pieces(engine: Engine) -> Iterator[str]:
    last = 10**9
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "size": BATCH}).all()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id
