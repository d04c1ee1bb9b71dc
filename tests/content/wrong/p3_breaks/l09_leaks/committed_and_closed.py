# task 4: failed
# says: commit() expires what was loaded
"""Commits and closes, so that the product cannot be read."""


def find_product(engine: Engine, name: str) -> Product | None:
    with Session(engine) as session:
        product = session.get(Product, name)
        session.commit()
        return product
