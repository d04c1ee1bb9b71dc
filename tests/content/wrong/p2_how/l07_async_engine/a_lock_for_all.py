# task 2: failed
# says: A lock around a handler makes the shoppers queue
"""Lets one overview at a time ask the database."""

# in create_app
turn = asyncio.Lock()


@app.get("/overview")
async def overview() -> dict[str, int]:
    async with turn, open_session() as session:
        products = await session.scalar(select(func.count()).select_from(Product))
        pieces = await session.scalar(select(func.sum(Product.stock)))
        orders = await session.scalar(select(func.count()).select_from(Order))
    return {"products": products, "pieces": pieces, "orders": orders}
