"""A store whose table is locked for a moment, while shoppers go on coming.

Refuse some of them at once, and be well again when the lock is gone.
Grade yourself with `pytest exercises -k when_the_pool_is_full`.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session


class Product(BaseModel):
    """What a search answers."""

    name: str
    price: int


def make_engine(database_url: str) -> Engine:
    """Return the store's engine. It keeps five connections and never opens a sixth."""
    # TODO 1: a shopper leaves after three seconds. Nobody may wait longer than two for a connection; whoever gets one
    #         within half a second is not to be refused.
    return create_engine(database_url, pool_size=5, max_overflow=0)


class Full(Exception):
    """There is no room, not even to wait."""


class Admission:
    """Lets `inside` requests in at a time. `waiting` more may wait, and get in in the order in which they came."""

    def __init__(self, inside: int, waiting: int) -> None:
        self.inside = inside
        self.waiting = waiting

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Be inside for the length of the block, perhaps after a wait; raise Full at once if there is no room to wait."""
        # TODO 2: count who is here. (All calls come from one event loop.)
        # TODO 3: whoever leaves makes room, however it leaves: at the end, by an error, or because its task is cancelled (by
        #         a time-out around it, say), inside or while it waits.
        yield


def create_app(engine: Engine) -> FastAPI:
    """Build the store on an engine of five connections."""
    # TODO 4: a request that gets no connection in time is answered with 503 and the header Retry-After, in whole seconds.
    #         Other errors stay what they are.
    # TODO 5: while the table `products` is locked, let 15 requests for products in and 30 wait; the others get 503 with
    #         Retry-After at once. /health is never refused. Once the lock is gone, all that were not refused are answered.
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/products/{name}", response_model=Product)
    def product(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, object]:
        query = text("SELECT name, price FROM products WHERE name = :name")
        found = session.execute(query, {"name": name}).mappings().first()
        if found is None:
            raise HTTPException(404, "We do not have it.")
        return dict(found)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"store": "open"}

    return app
