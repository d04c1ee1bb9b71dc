# task 1: failed
# says: One statement for each 500 orders
"""Pieces and batches of one order."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": 1}).all()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id
