"""The store's addresses as `async def` endpoints: all run in the one thread of the event loop, and none may block it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from poolschool.store import queries
from poolschool.store.answers import Offer, ProductPage, Receipt, Wish
from poolschool.store.payment import pay_async
from poolschool.store.settings import Settings


def make_routes(engine: AsyncEngine, settings: Settings) -> APIRouter:
    """Make the addresses, on one engine."""
    routes, sessions = APIRouter(), async_sessionmaker(engine)

    @routes.get("/products", response_model=list[Offer])
    async def search(q: str) -> Any:
        async with sessions() as session:
            return (await session.execute(queries.SEARCH, queries.starting_with(q))).all()

    @routes.get("/products/{product_id}", response_model=ProductPage)
    async def product_page(product_id: int) -> Any:
        async with sessions() as session:
            product = (await session.execute(queries.PRODUCT, {"product_id": product_id})).one_or_none()
        if product is None:
            raise HTTPException(404, "There is no such product.")
        return product

    @routes.post("/orders", status_code=201, response_model=Receipt)
    async def place_order(wish: Wish) -> Any:
        async with sessions.begin() as session:  # one transaction: stock and order, or neither
            receipt = await take_and_place(session, wish)
        await pay_async(receipt["total"], settings.payment_ms)  # no connection is held meanwhile
        async with sessions.begin() as session:
            await session.execute(queries.PAID, {"order_id": receipt["id"]})
        return receipt | {"paid": True}

    @routes.get("/orders", response_model=list[Receipt])
    async def history(shopper: str) -> Any:
        async with sessions() as session:
            return (await session.execute(queries.HISTORY, {"shopper": shopper})).all()

    @routes.get("/prices.csv")
    async def price_list() -> StreamingResponse:
        async with sessions() as session:
            prices = (await session.execute(queries.PRICE_LIST)).all()
        return StreamingResponse(lines(prices), media_type="text/csv")

    return routes


async def take_and_place(session: AsyncSession, wish: Wish) -> dict[str, Any]:
    """Take the products out of the stock and write the order down."""
    what = wish.model_dump(include={"product_id", "quantity"})
    price = await session.scalar(queries.TAKE, what)
    if price is None:
        known = (await session.execute(queries.PRODUCT, {"product_id": wish.product_id})).one_or_none()
        raise HTTPException(409, "Too few are left.") if known else HTTPException(404, "There is no such product.")
    total = price * wish.quantity
    order_id = await session.scalar(queries.PLACE, what | {"shopper": wish.shopper, "total": total})
    return what | {"id": order_id, "total": total, "paid": False}


async def lines(prices: Sequence[Any]) -> AsyncIterator[str]:
    """Write a line of CSV per product."""
    for name, price in prices:
        yield f"{name},{price / 100:.2f}\n"
