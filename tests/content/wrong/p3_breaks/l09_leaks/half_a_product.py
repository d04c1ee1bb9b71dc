# task 4: failed
# says: `stock` was not loaded
"""Loads the price only."""

from sqlalchemy import select
from sqlalchemy.orm import load_only


def find_product(engine: Engine, name: str) -> Product | None:
    with Session(engine) as session:
        return session.scalar(select(Product).filter_by(name=name).options(load_only(Product.price)))
