# task 1: failed
# says: takes each line for an order
"""A last line that nobody has agreed on."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last, count = ask_once(engine, NEWEST) or 0, 0, 0
    while True:
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        if not orders:
            break
        yield as_lines(orders)
        last, count = orders[-1].id, count + len(orders)
    yield f'{{"orders": {count}}}\n'
