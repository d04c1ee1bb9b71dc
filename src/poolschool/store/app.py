"""The store under load: a product search as people write it, on an engine with a pool or without one.

Run as `python -m poolschool.store.app` by the bench, which sends its settings as one line of JSON, reads the port back,
and ends the store by closing that line: a bench that dies takes its stores along.
"""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine, NullPool, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PRODUCTS = 1000
KINDS = ("lamp", "chair", "table", "shelf", "clock", "vase", "rug", "desk", "stool", "mirror")
SHOWN = 10  # products per answer
POOL_SIZE = 10
THREADS = 40  # what FastAPI gives to `def` endpoints


class Base(DeclarativeBase):
    """The store's tables."""


class Product(Base):
    """Something to buy; searches go by the first letters of its name, which the index serves."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    price: Mapped[int]


class Offer(BaseModel):
    """A product as the shopper sees it; the price is in cents."""

    id: int
    name: str
    price: int


def make_engine(url: str, *, pooled: bool) -> Engine:
    """Make the engine that is compared: one that keeps up to ten connections and opens no more, or one that keeps none."""
    if pooled:
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=0)
    return create_engine(url, poolclass=NullPool)


def fill(engine: Engine) -> None:
    """Make the table and its products."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            Product(name=f"{KINDS[n % len(KINDS)]} {n:04}", price=500 + n * 7 % 9000) for n in range(PRODUCTS)
        )
        session.commit()


def make_app(engine: Engine) -> FastAPI:
    """Make the store: one search, and one address by which the bench sets it back to no open connection."""
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    # Beyond `THREADS` at once this kind of endpoint locks itself up (a later lesson); here it would spoil the comparison.
    @app.get("/products")
    def search(q: str, session: Annotated[Session, Depends(get_session, max_concurrency=THREADS)]) -> list[Offer]:
        offers = select(Product).where(Product.name.startswith(q, autoescape=True)).order_by(Product.name).limit(SHOWN)
        return [Offer(id=product.id, name=product.name, price=product.price) for product in session.scalars(offers)]

    @app.post("/cold")
    def cold() -> None:
        engine.dispose()

    return app


def main() -> None:
    """Serve until the standard input is closed."""
    settings = json.loads(sys.stdin.readline())
    app = make_app(make_engine(settings["url"], pooled=settings["pooled"]))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))

    def leave_at_end_of_input() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=leave_at_end_of_input, daemon=True).start()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)  # noqa: T201 - the bench reads it
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
