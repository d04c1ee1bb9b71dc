"""Fault: `async def` with the sync engine. Whoever waits for a connection stops the thread of those who would return theirs."""

import asyncio
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from poolschool.store import queries
from poolschool.store.answers import Offer
from poolschool.store.settings import Settings


def make_routes(engine: Engine, _settings: Settings) -> APIRouter:
    """Make the search, with the fault."""
    routes = APIRouter()

    @routes.get("/products", response_model=list[Offer])
    async def search(q: str) -> Any:
        with Session(engine) as session:
            offers = session.execute(queries.SEARCH, queries.starting_with(q)).all()
            await count_search(q)
        return offers

    return routes


async def count_search(_text: str) -> None:
    """Tell the service that counts searches, which answers after a moment."""
    await asyncio.sleep(0.001)
