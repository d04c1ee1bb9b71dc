"""Fault: rows are read while they are sent, so the slowest reader decides how long a connection is in use."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from poolschool.store import queries
from poolschool.store.settings import Settings
from poolschool.store.sync_routes import lines


def make_routes(engine: Engine, _settings: Settings) -> APIRouter:
    """Make the price list, with the fault."""
    routes = APIRouter()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @routes.get("/prices.csv")
    def price_list(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
        prices = session.execute(queries.PRICE_LIST.execution_options(yield_per=100))
        return StreamingResponse(lines(prices), media_type="text/csv")

    return routes
