"""Fault: the session is closed on the way that works, and on no other."""

from collections import deque
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from poolschool.store import queries
from poolschool.store.answers import ProductPage
from poolschool.store.settings import Settings


def make_routes(engine: Engine, _settings: Settings) -> APIRouter:
    """Make the product page, with the fault."""
    routes = APIRouter()
    # An exception holds its traceback, that the frame, and that the session: the collector can do nothing.
    last_errors: deque[Exception] = deque(maxlen=1000)

    @routes.get("/products/{product_id}", response_model=ProductPage)
    def product_page(product_id: int) -> Any:
        session = Session(engine)
        try:
            product = session.execute(queries.PRODUCT, {"product_id": product_id}).one()
        except NoResultFound as error:
            last_errors.append(error)  # for the page that shows the last errors
            raise HTTPException(404, "There is no such product.") from error
        session.close()
        return product

    return routes
