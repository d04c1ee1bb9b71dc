# task 1: failed
# says: begins after the last number of the one before, not with it
"""Begins each batch with the last order of the one before."""

ORDERS = text("SELECT id, product FROM orders WHERE id >= :last AND id <= :newest ORDER BY id LIMIT :size")


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        yield as_lines(orders)
        if len(orders) < BATCH:
            return
        last = orders[-1].id
