"""Pieces that are smaller than a batch, and the numbers of the end read with the first batch."""


def order_pieces(engine: Engine) -> Iterator[str]:
    last, newest = 0, None
    while True:
        with engine.connect() as connection:
            newest = newest or connection.scalar(NEWEST) or 0
            orders = connection.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        for start in range(0, len(orders), 50):
            yield as_lines(orders[start : start + 50])
        last = orders[-1].id if orders else last
        if len(orders) < BATCH:
            return
