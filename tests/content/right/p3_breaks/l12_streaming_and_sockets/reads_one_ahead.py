"""One batch ahead of the client, and once again when a batch fails."""


def read_batch(engine: Engine, last: int, newest: int) -> Sequence[Row[tuple[int, str]]]:
    for again in (True, False):
        try:
            with Session(engine) as session:
                return session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        except OperationalError:
            if not again:
                raise
    return []


def order_pieces(engine: Engine) -> Iterator[str]:
    newest = ask_once(engine, NEWEST) or 0
    orders = read_batch(engine, 0, newest)
    while orders:
        ahead = read_batch(engine, orders[-1].id, newest)
        yield as_lines(orders)
        orders = ahead


from sqlalchemy.exc import OperationalError
