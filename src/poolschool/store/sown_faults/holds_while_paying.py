"""Fault: the payment service is called inside the transaction, so its time is the connection's hold time."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from poolschool.store import queries
from poolschool.store.answers import Receipt, Wish
from poolschool.store.payment import pay
from poolschool.store.settings import Settings
from poolschool.store.sync_routes import take_and_place


def make_routes(engine: Engine, settings: Settings) -> APIRouter:
    """Make the orders, with the fault."""
    routes, sessions = APIRouter(), sessionmaker(engine)

    @routes.post("/orders", status_code=201, response_model=Receipt)
    def place_order(wish: Wish) -> Any:
        with sessions.begin() as session:
            receipt = take_and_place(session, wish)
            pay(receipt["total"], settings.payment_ms)
            session.execute(queries.PAID, {"order_id": receipt["id"]})
        return receipt | {"paid": True}

    return routes
