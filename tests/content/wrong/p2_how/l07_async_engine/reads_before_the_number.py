# task 3: failed
# says: The number is the one that the database gave
"""Reads the number before the database has given it."""

# in create_app


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with open_session() as session:
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        answer = {"number": order.number, "shopper": order.shopper}
        await session.commit()
        return answer
