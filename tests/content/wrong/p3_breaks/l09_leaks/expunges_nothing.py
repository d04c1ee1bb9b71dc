# task 4: failed
# says: session.get() gives None
"""Expunges the product, also where there is none."""


def find_product(engine: Engine, name: str) -> Product | None:
    with Session(engine) as session:
        product = session.get(Product, name)
        session.expunge(product)
        return product
