"""The store's addresses as `def` endpoints: each runs in a thread of FastAPI's pool of 40.

Each endpoint opens its own session and is out of it before it returns. A session dependency with `yield` would hold its
connection until the answer is sent, and cost two more changes of threads.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from poolschool.store import queries
from poolschool.store.answers import Offer, ProductPage, Receipt, Wish
from poolschool.store.payment import pay
from poolschool.store.settings import Settings


def make_routes(engine: Engine, settings: Settings) -> APIRouter:
    """Make the addresses, on one engine."""
    routes, sessions = APIRouter(), sessionmaker(engine)

    @routes.get("/products", response_model=list[Offer])
    def search(q: str) -> Any:
        with sessions() as session:
            return session.execute(queries.SEARCH, queries.starting_with(q)).all()

    @routes.get("/products/{product_id}", response_model=ProductPage)
    def product_page(product_id: int) -> Any:
        with sessions() as session:
            product = session.execute(queries.PRODUCT, {"product_id": product_id}).one_or_none()
        if product is None:
            raise HTTPException(404, "There is no such product.")
        return product

    @routes.post("/orders", status_code=201, response_model=Receipt)
    def place_order(wish: Wish) -> Any:
        with sessions.begin() as session:  # one transaction: stock and order, or neither
            receipt = take_and_place(session, wish)
        pay(receipt["total"], settings.payment_ms)  # no connection is held meanwhile
        with sessions.begin() as session:
            session.execute(queries.PAID, {"order_id": receipt["id"]})
        return receipt | {"paid": True}

    @routes.get("/orders", response_model=list[Receipt])
    def history(shopper: str) -> Any:
        with sessions() as session:
            return session.execute(queries.HISTORY, {"shopper": shopper}).all()

    @routes.get("/prices.csv")
    def price_list() -> StreamingResponse:
        with sessions() as session:
            prices = session.execute(queries.PRICE_LIST).all()
        # Read first, sent afterwards: a slow client then costs memory and not a connection.
        return StreamingResponse(lines(iter(prices)), media_type="text/csv")

    return routes


def take_and_place(session: Session, wish: Wish) -> dict[str, Any]:
    """Take the products out of the stock and write the order down."""
    what = wish.model_dump(include={"product_id", "quantity"})
    price = session.scalar(queries.TAKE, what)
    if price is None:
        known = session.execute(queries.PRODUCT, {"product_id": wish.product_id}).one_or_none()
        raise HTTPException(409, "Too few are left.") if known else HTTPException(404, "There is no such product.")
    total = price * wish.quantity
    order_id = session.scalar(queries.PLACE, what | {"shopper": wish.shopper, "total": total})
    return what | {"id": order_id, "total": total, "paid": False}


def lines(prices: Iterator[Any]) -> Iterator[str]:
    """Write a line of CSV per product."""
    for name, price in prices:
        yield f"{name},{price / 100:.2f}\n"
