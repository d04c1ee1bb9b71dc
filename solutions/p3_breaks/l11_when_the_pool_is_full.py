"""A store whose table is locked for a moment, while shoppers go on coming: worked solution."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, exc, text
from sqlalchemy.orm import Session


class Product(BaseModel):
    """What a search answers."""

    name: str
    price: int


def make_engine(database_url: str) -> Engine:
    """Return the store's engine. It keeps five connections and never opens a sixth."""
    # Long enough for a short burst, shorter than the patience of whoever waits: an answer to nobody is wasted work.
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=2)


class Full(Exception):
    """There is no room, not even to wait."""


class Admission:
    """Lets `inside` requests in at a time. `waiting` more may wait, and get in in the order in which they came."""

    def __init__(self, inside: int, waiting: int) -> None:
        # asyncio's semaphore is fair: a place goes to the one that has waited longest, and one that was cancelled passes
        # it on. It does not say how many wait, so we count.
        self._places = asyncio.Semaphore(inside)
        self._room = inside + waiting
        self._here = 0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Be inside for the length of the block, perhaps after a wait; raise Full at once if there is no room to wait."""
        if self._here >= self._room:
            raise Full
        # No `await` stands between the question and the count, so no other task runs in between: a lock is not needed.
        self._here += 1
        try:
            async with self._places:
                yield
        finally:
            # A cancelled task leaves through here as well, wherever it was.
            self._here -= 1


def create_app(engine: Engine) -> FastAPI:
    """Build the store on an engine of five connections."""
    app = FastAPI()
    # 15 inside are fewer than the 40 threads: whoever holds a connection finds a thread to go on with, and /health as well.
    admission = Admission(inside=15, waiting=30)

    # `async def`: it waits on the event loop, without a thread. A `def` dependency would take one of the 40 to wait in.
    async def admit() -> AsyncIterator[None]:
        async with admission.enter():
            yield

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    # The pool's TimeoutError, not Python's: an unrelated time-out is no sign of a full pool.
    @app.exception_handler(exc.TimeoutError)
    @app.exception_handler(Full)
    async def busy(_: Request, __: Exception) -> JSONResponse:
        # 503 says that it is our fault and will pass; Retry-After says when to come again.
        return JSONResponse({"detail": "Busy. Please come again."}, 503, {"Retry-After": "2"})

    # Admitted before its other dependencies run, so before a thread is taken.
    @app.get("/products/{name}", response_model=Product, dependencies=[Depends(admit)])
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
