"""The store has moved to async in a hurry: each request works alone, and together they stop one another.

Fix what stops the event loop, what is shared, what is loaded too late, what a time-out costs, and the end.
Grade yourself with `pytest exercises -k async_engine`.
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

# Nothing is to be fixed here: five connections for each engine, and a search may take 0.2 seconds.
LIMITS = {"pool_size": 5, "max_overflow": 0, "pool_timeout": 2}
PATIENCE = 0.2


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Product(Base):
    """A product, its price in euros, how many are left."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]
    stock: Mapped[int]


class Order(Base):
    """What a shopper ordered."""

    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    shopper: Mapped[str]
    lines: Mapped[list["Line"]] = relationship(order_by="Line.number")


class Line(Base):
    """One product of an order."""

    __tablename__ = "lines"
    number: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[int] = mapped_column(ForeignKey("orders.number"))
    product: Mapped[str]


def create_app(database_url: str, reviews: Callable[[str], Awaitable[int]]) -> FastAPI:
    """Build the store on one database. `await reviews(name)` asks another service how many reviews a product has."""
    # TODO 5: the store is started and stopped, each time in an event loop of its own. Who closes what the pool keeps,
    # and what a search that nobody waits for any more has in use?
    app = FastAPI()
    engine = create_async_engine(database_url, **LIMITS)
    sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)

    @app.get("/ping")
    async def ping() -> str:
        """Tell that the store is alive; nothing is to be fixed here."""
        return "alive"

    @app.get("/products/{name}")
    async def product_page(name: str) -> dict[str, int]:
        """Answer the price and the number of reviews; 404 for a product that the store does not have."""
        # TODO 1: "It is only a short query." All others wait for it, the ping too. (It may be held across the `await`.)
        with Session(sync_engine) as session:
            product = session.get(Product, name)
            if product is None:
                raise HTTPException(404)
            return {"price": product.price, "reviews": await reviews(name)}

    @app.get("/overview")
    async def overview() -> dict[str, int]:
        """Answer how many products and orders there are, and how many pieces are in stock."""
        # TODO 2: three queries at once. What do they share? Six overviews at once must be answered, by five connections.
        async with AsyncSession(engine) as session:
            products, pieces, orders = await asyncio.gather(
                session.scalar(select(func.count()).select_from(Product)),
                session.scalar(select(func.sum(Product.stock))),
                session.scalar(select(func.count()).select_from(Order)),
            )
        return {"products": products, "pieces": pieces, "orders": orders}

    @app.get("/orders/{number}")
    async def read_order(number: int) -> dict[str, object]:
        """Answer the shopper and the names of the products; 404 for an order that there is not."""
        # TODO 3: which attribute asks the database, where nothing awaits?
        async with AsyncSession(engine) as session:
            order = await session.get(Order, number)
            if order is None:
                raise HTTPException(404)
            return {"shopper": order.shopper, "products": [line.product for line in order.lines]}

    @app.post("/orders", status_code=201)
    async def place_order(shopper: str, product: str) -> dict[str, object]:
        """Save an order of one product; answer its number and its shopper."""
        # Also TODO 3: what does a commit do to the attributes?
        async with AsyncSession(engine) as session:
            order = Order(shopper=shopper, lines=[Line(product=product)])
            session.add(order)
            await session.commit()
            return {"number": order.number, "shopper": order.shopper}

    @app.get("/search")
    async def search(q: str) -> list[str]:
        """Answer the names that contain `q`, in alphabetical order; 504 if that takes longer than PATIENCE."""
        # TODO 4: what becomes of a connection whose query is cancelled? Answer in time, and keep the connection. The
        # database cannot stop the query itself here, and a query that fails is an error, no 504.
        named = select(Product.name).where(Product.name.contains(q)).order_by(Product.name)
        try:
            async with asyncio.timeout(PATIENCE), AsyncSession(engine) as session:
                return list(await session.scalars(named))
        except TimeoutError:
            raise HTTPException(504) from None

    return app
