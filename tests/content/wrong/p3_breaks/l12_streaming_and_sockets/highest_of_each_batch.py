# task 2: failed
# says: Ask for the highest number first
"""Asks for the highest number before each batch."""


def order_pieces(engine: Engine) -> Iterator[str]:
    last = 0
    while True:
        newest = ask_once(engine, NEWEST) or 0
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id
