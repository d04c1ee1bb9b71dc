# task 1: failed
# says: Read a batch, end the session, then yield
"""A session for each batch, but the yield stands inside of its block."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
            if not orders:
                return
            yield as_lines(orders)
            last = orders[-1].id
