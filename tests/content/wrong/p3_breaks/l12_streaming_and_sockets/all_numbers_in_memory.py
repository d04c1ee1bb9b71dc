# task 1: failed
# says: or all their numbers
"""All numbers at once, and then the orders by their numbers."""


def order_pieces(engine: Engine) -> Iterator[str]:
    between = text("SELECT id, product FROM orders WHERE id BETWEEN :first AND :last ORDER BY id")
    with Session(engine) as session:
        numbers = session.scalars(text("SELECT id FROM orders ORDER BY id")).all()
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        with Session(engine) as session:
            orders = session.execute(between, {"first": part[0], "last": part[-1]}).all()
        yield as_lines(orders)
