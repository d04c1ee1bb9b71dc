# task 1: failed
# says: not one for each
"""A session and a statement for each order."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        batch = ""
        for _ in range(BATCH):
            with Session(engine) as session:
                found = session.execute(ORDERS, {"last": last, "newest": newest, "size": 1}).all()
            if found:
                batch += as_lines(found)
                last = found[0].id
        if not batch:
            return
        yield batch
