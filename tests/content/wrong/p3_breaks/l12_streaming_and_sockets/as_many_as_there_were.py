# task 2: failed
# says: A count says how many, not which
"""Ends after as many orders as there were."""


def order_pieces(engine: Engine) -> Iterator[str]:
    left, last = ask_once(engine, text("SELECT count(*) FROM orders")), 0
    while left > 0:
        values = {"last": last, "newest": 10**9, "size": min(BATCH, left)}
        with Session(engine) as session:
            orders = session.execute(ORDERS, values).all()
        if not orders:
            return
        yield as_lines(orders)
        left, last = left - len(orders), orders[-1].id
