"""The store without its five leaks."""

from collections.abc import Iterator

from sqlalchemy import Engine, create_engine, text
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
    # The early return walked past close(). A with block has no way out that does.
    with engine.connect() as connection:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    """Save each price in a transaction of its own; return one error for each price that is not above zero."""
    refused = []
    for name, price in prices.items():
        try:
            # An exception keeps its traceback, the traceback its frames, a frame its `connection`.
            # The kept errors still do, but begin() has rolled back and returned the connection before they leave the block.
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
    # A reader who stops early never comes to the line after the loop. Closing the generator raises GeneratorExit
    # at the yield, and the with block returns the connection. Until then it holds the connection: close what you do not exhaust.
    with engine.connect() as connection:
        yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))


def find_product(engine: Engine, name: str) -> Product | None:
    """Return a product whose attributes can be read after this function has returned."""
    # Closing detaches the object and leaves its loaded attributes readable. commit() would expire them.
    with Session(engine) as session:
        return session.get(Product, name)


def stock_of(engine: Engine, name: str) -> int:
    """Return how many pieces of a product are left; raise an error if the store does not have it."""
    # Keeping open connections for the next time is the pool's work. Beside it, a cache is a second pool without a limit.
    with engine.connect() as connection:
        return connection.execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()
