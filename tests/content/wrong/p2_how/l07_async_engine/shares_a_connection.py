# task 2: failed
# says: one task at a time may use it
"""Shares a connection in place of a session."""

# in create_app


@app.get("/overview")
async def overview() -> dict[str, int]:
    async with engine.connect() as session:
        products, pieces, orders = await asyncio.gather(
            session.scalar(select(func.count()).select_from(Product)),
            session.scalar(select(func.sum(Product.stock))),
            session.scalar(select(func.count()).select_from(Order)),
        )
    return {"products": products, "pieces": pieces, "orders": orders}
