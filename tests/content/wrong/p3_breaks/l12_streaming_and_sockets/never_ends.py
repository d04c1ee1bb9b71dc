# task 2: failed
# says: this answer never ends
"""By key, but as long as there are newer ones."""


def order_pieces(engine: Engine) -> Iterator[str]:
    last = 0
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": 10**9, "size": BATCH}).all()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id
