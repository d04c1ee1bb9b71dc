# task 3: failed
# says: outside of an `await`
"""Loads the lines in the query, and reads the new order after a commit that expires it."""

from sqlalchemy.ext.asyncio import AsyncSession

# in create_app


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with AsyncSession(engine) as session:
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        await session.commit()
        return {"number": order.number, "shopper": order.shopper}
