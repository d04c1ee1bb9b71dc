"""The store has moved to async: each request works alone, and together they do not stop one another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

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
    engine = create_async_engine(database_url, **LIMITS)
    # After a commit the attributes keep their values, so that reading one asks the database nothing.
    open_session = async_sessionmaker(engine, expire_on_commit=False)

    searches = set[asyncio.Task[list[str]]]()

    # The end of the application is the last moment at which its event loop can still close connections. dispose() closes
    # only what is in the pool, so the searches that nobody waits for any more return theirs first. It leaves the engine
    # with a new and empty pool: if the store is started again, in another loop, it begins with that.
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.gather(*searches, return_exceptions=True)
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/ping")
    async def ping() -> str:
        """Tell that the store is alive; nothing is to be fixed here."""
        return "alive"

    @app.get("/products/{name}")
    async def product_page(name: str) -> dict[str, int]:
        """Answer the price and the number of reviews; 404 for a product that the store does not have."""
        # The sixth request waits for the pool at an `await`, so the loop goes on and the others can return theirs.
        async with open_session() as session:
            product = await session.get(Product, name)
        if product is None:
            raise HTTPException(404)
        # The connection is returned before the other service is asked: a pool of five serves more than five that way.
        return {"price": product.price, "reviews": await reviews(name)}

    @app.get("/overview")
    async def overview() -> dict[str, int]:
        """Answer how many products and orders there are, and how many pieces are in stock."""
        # One session, one query after the other. gather() would need a session, and a connection, for each query:
        # three for one page, out of five for the whole store.
        async with open_session() as session:
            products = await session.scalar(select(func.count()).select_from(Product))
            pieces = await session.scalar(select(func.sum(Product.stock)))
            orders = await session.scalar(select(func.count()).select_from(Order))
        return {"products": products, "pieces": pieces, "orders": orders}

    @app.get("/orders/{number}")
    async def read_order(number: int) -> dict[str, object]:
        """Answer the shopper and the names of the products; 404 for an order that there is not."""
        async with open_session() as session:
            # The lines are loaded here, where something awaits. A lazy load would ask at `order.lines`.
            order = await session.get(Order, number, options=[selectinload(Order.lines)])
        if order is None:
            raise HTTPException(404)
        return {"shopper": order.shopper, "products": [line.product for line in order.lines]}

    @app.post("/orders", status_code=201)
    async def place_order(shopper: str, product: str) -> dict[str, object]:
        """Save an order of one product; answer its number and its shopper."""
        async with open_session() as session:
            order = Order(shopper=shopper, lines=[Line(product=product)])
            session.add(order)
            await session.commit()
        return {"number": order.number, "shopper": order.shopper}

    async def names_with(q: str) -> list[str]:
        async with open_session() as session:
            return list(
                await session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name))
            )

    @app.get("/search")
    async def search(q: str) -> list[str]:
        """Answer the names that contain `q`, in alphabetical order; 504 if that takes longer than PATIENCE."""
        # wait() cancels nothing: the shopper has an answer in time, the query runs to its end in a task of its own, and
        # its connection is returned. On PostgreSQL `statement_timeout` would end the query on the server as well.
        # The loop itself refers to a task only weakly: the set keeps it until it is done.
        query = asyncio.create_task(names_with(q))
        searches.add(query)
        query.add_done_callback(searches.discard)
        done, _ = await asyncio.wait([query], timeout=PATIENCE)
        if not done:
            raise HTTPException(504)
        return query.result()

    return app
