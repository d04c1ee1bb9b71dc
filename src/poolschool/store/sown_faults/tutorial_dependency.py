"""Fault: the pattern of many tutorials. The answer is validated in a thread, while its request still has a connection.

All threads may then be taken by requests that wait for a connection, and all connections by requests that wait for a thread.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from poolschool.store import queries
from poolschool.store.answers import Offer
from poolschool.store.settings import Settings


def make_routes(engine: Engine, _settings: Settings) -> APIRouter:
    """Make the search, with the fault."""
    routes = APIRouter()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @routes.get("/products", response_model=list[Offer])
    def search(q: str, session: Annotated[Session, Depends(get_session)]) -> Any:
        return session.execute(queries.SEARCH, queries.starting_with(q)).all()

    return routes
