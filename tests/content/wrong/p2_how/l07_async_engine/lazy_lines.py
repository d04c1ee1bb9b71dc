# task 3: failed
# says: outside of an `await`
"""Keeps the order after the commit, and loads its lines at the attribute."""

# in create_app


@app.get("/orders/{number}")
async def read_order(number: int) -> dict[str, object]:
    async with open_session() as session:
        order = await session.get(Order, number)
        if order is None:
            raise HTTPException(404)
        return {"shopper": order.shopper, "products": [line.product for line in order.lines]}
