# task 2: failed
# says: whoever has a connection and waits for another
"""Gives each query a session, while the page holds one of its own."""

# in create_app


@app.get("/overview")
async def overview() -> dict[str, int]:
    async def ask(query):
        async with open_session() as session:
            return await session.scalar(query)

    async with open_session() as own:
        products = await own.scalar(select(func.count()).select_from(Product))
        pieces, orders = await asyncio.gather(
            ask(select(func.sum(Product.stock))), ask(select(func.count()).select_from(Order))
        )
    return {"products": products, "pieces": pieces, "orders": orders}
