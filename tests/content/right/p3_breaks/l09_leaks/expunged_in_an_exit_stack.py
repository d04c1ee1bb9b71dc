"""Expunges the product, and returns in an ExitStack."""

from contextlib import ExitStack
from contextlib import closing
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker


def price_of(engine: Engine, name: str) -> int | None:
    with ExitStack() as stack:
        connection = stack.enter_context(closing(engine.connect()))
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})


def find_product(engine: Engine, name: str) -> Product | None:
    with sessionmaker(engine, expire_on_commit=False).begin() as session:
        return session.scalars(select(Product).filter_by(name=name)).one_or_none()
