# task 1: failed
# says: more connections only let more slow readers in
"""An engine of its own, with a pool that seems large enough."""


def order_pieces(engine: Engine) -> Iterator[str]:
    wide = create_engine(engine.url, pool_size=50)
    newest, last = ask_once(wide, NEWEST) or 0, 0
    while True:
        with Session(wide) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        if not orders:
            return
        yield as_lines(orders)
        last = orders[-1].id


from sqlalchemy import create_engine
