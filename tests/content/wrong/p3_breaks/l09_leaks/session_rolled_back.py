# task 4: failed
# says: rollback() expires what was loaded.
"""Rolls the session back in place of closing it."""


def find_product(engine: Engine, name: str) -> Product | None:
    session = Session(engine)
    product = session.get(Product, name)
    session.rollback()
    return product
