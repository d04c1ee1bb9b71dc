# task 3: failed
# says: is skipped when the query raises
"""A `close()` after the query, which a query that raises skips."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        session = Session(engine)
        orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        session.close()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id
