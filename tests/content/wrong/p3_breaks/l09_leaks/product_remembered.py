# task 4: failed
# says: after it was changed to 41
"""Keeps the products that it has found."""

from functools import cache


@cache
def find_product(engine: Engine, name: str) -> Product | None:
    with Session(engine) as session:
        return session.get(Product, name)
