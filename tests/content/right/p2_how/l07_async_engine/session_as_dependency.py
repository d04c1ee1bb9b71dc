"""A session by a dependency with yield, joinedload, and refresh after the commit."""

from typing import Annotated
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

# in create_app


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as session:
        yield session


Shared = Annotated[AsyncSession, Depends(get_session)]


@app.get("/products/{name}")
async def product_page(name: str, session: Shared) -> dict[str, int]:
    product = await session.get(Product, name)
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}


@app.get("/overview")
async def overview(session: Shared) -> dict[str, int]:
    query = select(
        select(func.count()).select_from(Product).scalar_subquery(),
        select(func.sum(Product.stock)).scalar_subquery(),
        select(func.count()).select_from(Order).scalar_subquery(),
    )
    products, pieces, orders = (await session.execute(query)).one()
    return {"products": products, "pieces": pieces, "orders": orders}


@app.get("/orders/{number}")
async def read_order(number: int, session: Shared) -> dict[str, object]:
    found = await session.scalars(select(Order).options(joinedload(Order.lines)).where(Order.number == number))
    order = found.unique().one_or_none()
    if order is None:
        raise HTTPException(404)
    return {"shopper": order.shopper, "products": [line.product for line in order.lines]}


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str, session: Shared) -> dict[str, object]:
    order = Order(shopper=shopper, lines=[Line(product=product)])
    session.add(order)
    await session.commit()
    await session.refresh(order)
    return {"number": order.number, "shopper": order.shopper}
