"""The store after a busy week: each of these five functions keeps a connection, in a way of its own.

Fix each leak where it is.
Grade yourself with `pytest exercises -k leaks`.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, create_engine, text
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
    """Return the store's engine. The five connections are enough: nothing is to be fixed here."""
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=0.2)


def price_of(engine: Engine, name: str) -> int | None:
    """Return the price of a product, or None if the store does not have it."""
    # TODO 1: some shoppers ask for what the store does not have.
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    if price is None:
        return None
    connection.close()
    return price


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    """Save each price in a transaction of its own; return one error for each price that is not above zero."""
    # TODO 2: the errors are kept for the report. What do they keep?
    refused = []
    for name, price in prices.items():
        try:
            connection = engine.connect()
            values = {"name": name, "price": price}
            connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
            if price <= 0:
                raise ValueError(f"{name} cannot cost {price}")
            connection.commit()
            connection.close()
        except ValueError as error:
            refused.append(error)
    return refused


def product_names(engine: Engine) -> Iterator[str]:
    """Yield the names in alphabetical order, from a query that may find more than fits into memory."""
    # TODO 3: many readers stop after the first page, and some before it. (stream_results is not asked for.)
    connection = engine.connect()
    yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))
    connection.close()


def find_product(engine: Engine, name: str) -> Product | None:
    """Return a product whose attributes can be read after this function has returned."""
    # TODO 4: where did the session borrow its connection, and who returns it?
    session = Session(engine)
    return session.get(Product, name)


kept: dict[str, Connection] = {}


def stock_of(engine: Engine, name: str) -> int:
    """Return how many pieces of a product are left; raise an error if the store does not have it."""
    # Also TODO 4: "opening is slow, so I keep one for each product."
    if name not in kept:
        kept[name] = engine.connect()
    return kept[name].execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()
