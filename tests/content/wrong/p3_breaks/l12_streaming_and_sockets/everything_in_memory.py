# task 1: failed
# says: are kept for each client, in memory
"""Holds nothing, but for every row."""


def order_pieces(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        orders = session.execute(text("SELECT id, product FROM orders ORDER BY id")).all()
    for start in range(0, len(orders), BATCH):
        yield as_lines(orders[start : start + BATCH])
