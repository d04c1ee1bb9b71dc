# task 2: failed
# says: OFFSET skips rows
"""A place in the list instead of a key."""


def order_pieces(engine: Engine) -> Iterator[str]:
    newest, start = ask_once(engine, NEWEST) or 0, 0
    batch = text("SELECT id, product FROM orders WHERE id <= :newest ORDER BY id LIMIT :size OFFSET :start")
    while True:
        with Session(engine) as session:
            orders = session.execute(batch, {"newest": newest, "size": BATCH, "start": start}).all()
        if not orders:
            return
        yield as_lines(orders)
        start += BATCH
