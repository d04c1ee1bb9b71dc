# right: Closes in finally blocks, reads the names first, and finds the line in a copied stack.
"""Closes in finally blocks, reads the names first, and finds the line in a copied stack."""

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Product(Base):
    """One product: its name, its price in euros, how many are left."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]
    stock: Mapped[int]


def make_engine(database_url: str) -> Engine:
    """Return the store's engine. The five connections are enough: nothing is to be mended here."""
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=0.2)


def price_of(engine: Engine, name: str) -> int | None:
    """Return the price of a product, or None if the store does not have it."""
    connection = engine.connect()
    try:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    finally:
        connection.close()


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    """Save each price in a transaction of its own; return one error for each price that is not above zero."""
    refused = []
    for name, price in prices.items():
        try:
            with engine.begin() as connection:
                values = {"name": name, "price": price}
                connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                if price <= 0:
                    raise ValueError(f"{name} cannot cost {price}")
        except ValueError as error:
            refused.append(error)
    return refused


def product_names(engine: Engine) -> Iterator[str]:
    """Yield the names in alphabetical order, from a query that may find more than fits into memory."""
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM products ORDER BY name")).all()
    yield from names


def find_product(engine: Engine, name: str) -> Product | None:
    """Return a product whose attributes can be read after this function has returned."""
    session = Session(engine)
    try:
        return session.get(Product, name)
    finally:
        session.close()


def stock_of(engine: Engine, name: str) -> int:
    """Return how many pieces of a product are left."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()


class LeakDetector:
    """Remember, for each connection of an engine that is out, the line that borrowed it.

    Make it before the engine is first used. It must not hold on to what it watches.
    """

    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        """Return "file:line" for each connection that is out, the oldest loan first.

        The file is its bare name, as in "orders.py:12"; the line is the innermost one that belongs neither to
        SQLAlchemy nor to Python's own library nor to this detector.
        """
        return list(self._lines.values())


# "<": what SQLAlchemy generates has no file, and its name differs between 2.0 and 2.1.
NOT_OURS = (str(Path(sqlalchemy.__file__).parent), contextlib.__file__, "<")


def line_of_the_borrower() -> str:
    """Return "file:line" of the innermost frame outside of this module's detector, SQLAlchemy and contextlib."""
    stack = traceback.extract_stack()[:-2]
    borrower = next(frame for frame in reversed(stack) if not frame.filename.startswith(NOT_OURS))
    return f"{Path(borrower.filename).name}:{borrower.lineno}"
