# task 4: failed
# says: commit() expires what was loaded:
"""Keeps one session for everybody and commits it after each look."""

sessions: dict[Engine, Session] = {}


def find_product(engine: Engine, name: str) -> Product | None:
    session = sessions.setdefault(engine, Session(engine))
    product = session.get(Product, name)
    session.commit()
    return product
