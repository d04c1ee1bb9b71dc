# task 3: failed
# says: What is not committed is rolled back
"""Flushes, so that nothing expires, and does not commit."""

# in create_app


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with open_session() as session:
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        await session.flush()
        return {"number": order.number, "shopper": order.shopper}
