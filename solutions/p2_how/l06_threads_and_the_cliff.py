"""The store without the cliff: whoever waits for a thread holds no connection.

Since FastAPI 0.163 there is another cure, in one place: `Annotated[Session, Depends(get_session, max_concurrency=15)]` lets
a sixteenth request wait before it has a thread. It needs the report's second connection fixed all the same.
"""

from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Product(Base):
    """One product; no shopper sees what it has cost the store."""

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int]
    cost: Mapped[int] = mapped_column(default=0)


class Shopper(Base):
    """One whom the store knows, by a token."""

    __tablename__ = "shoppers"
    token: Mapped[str] = mapped_column(primary_key=True)


class Order(Base):
    """What a shopper has ordered."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("shoppers.token"))
    product: Mapped[str]


class Visit(Base):
    """Somebody asked for the report."""

    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)


class NewProduct(BaseModel):
    """What is sent to add a product."""

    name: str
    price: int


class ProductOut(NewProduct):
    """What a shopper sees of a product."""

    id: int


class OrderOut(BaseModel):
    """What a shopper sees of an order."""

    id: int
    product: str


def create_app(database_url: str) -> FastAPI:
    """Build the store on one database. Its owner grants 15 connections: the engine's 5 + 10, and not one more."""
    app = FastAPI()
    engine = create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=5)

    def get_session():
        with Session(engine) as session:
            yield session

    Db = Annotated[Session, Depends(get_session)]  # noqa: N806 - a type

    @app.get("/products", response_model=list[ProductOut])
    def search(q: str, session: Db):
        """Answer the products whose names contain `q`, by name."""
        found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))
        # Data, not objects of the session: after the commit an object would take a connection again to be read.
        answer = [ProductOut.model_validate(product, from_attributes=True) for product in found]
        session.commit()  # the connection is returned here, before FastAPI asks for a thread to check the answer
        return answer

    @app.post("/products", response_model=ProductOut, status_code=201)
    def add(new: NewProduct, session: Db):
        """Save a product and answer it with its id."""
        product = Product(name=new.name, price=new.price)
        session.add(product)
        session.flush()  # sends the INSERT, so the id is known before the commit, and no refresh() is needed after it
        answer = ProductOut.model_validate(product, from_attributes=True)
        session.commit()
        return answer

    def current_shopper(token: Annotated[str, Header()], session: Db) -> str:
        """Return the token of a known shopper; 401 for any other."""
        known = session.get(Shopper, token) is not None
        session.commit()  # between a dependency and its endpoint lies a wait for a thread as well
        if not known:
            raise HTTPException(401, "Who are you?")
        return token

    @app.get("/orders", response_model=list[OrderOut])
    def orders(token: Annotated[str, Depends(current_shopper)], session: Db):
        """Answer the shopper's orders, the oldest first."""
        found = session.scalars(select(Order).where(Order.token == token).order_by(Order.id))
        answer = [OrderOut.model_validate(order, from_attributes=True) for order in found]
        session.commit()
        return answer

    @app.get("/report")
    def report(session: Db) -> dict[str, int]:
        """Answer how many products there are, and save that somebody asked: one more Visit for each call."""
        count = session.scalar(select(func.count(Product.id)))
        session.add(Visit())  # the session that there is: who holds one connection does not wait for another
        session.commit()
        return {"products": count}

    @app.get("/ping")
    async def ping() -> str:
        """Answer the load balancer, which takes a server that does not answer out of service."""
        return "pong"  # nothing here waits, so the event loop itself may run it: no thread is needed

    return app
