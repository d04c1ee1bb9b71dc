"""Smaller batches, one line at a time, and the numbers of the end read with the first batch."""


def order_pieces(engine: Engine) -> Iterator[str]:
    last, newest = 0, None
    while True:
        with engine.connect() as connection:
            newest = newest or connection.scalar(NEWEST) or 0
            orders = connection.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        for order in orders:
            yield as_lines([order])
            last = order.id
        if len(orders) < BATCH:
            return
