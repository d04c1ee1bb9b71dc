# task 3: failed
# says: 50 is an order of somebody else
"""Asks for the highest number after the commit, which may be somebody else's."""

# in create_app


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with open_session() as session:
        session.add(Order(shopper=shopper, lines=[Line(product=product)]))
        await session.commit()
        return {"number": await session.scalar(select(func.max(Order.number))), "shopper": shopper}
