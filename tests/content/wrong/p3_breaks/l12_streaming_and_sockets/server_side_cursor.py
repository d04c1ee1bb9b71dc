# task 1: failed
# says: A session's block around a `yield` is open
"""Saves memory, and holds the connection while the client reads."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest = ask_once(engine, NEWEST)
    values = {"last": 0, "newest": newest, "size": -1}
    with Session(engine) as session:
        for orders in session.execute(ORDERS, values, execution_options={"yield_per": BATCH}).partitions(BATCH):
            yield as_lines(orders)
