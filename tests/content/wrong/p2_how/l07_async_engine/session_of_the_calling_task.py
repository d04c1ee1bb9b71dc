# task 2: failed
# says: `async with` returns a connection
"""Scopes the session by task, and calls it three times in the same one."""

from sqlalchemy.ext.asyncio import async_scoped_session

# in create_app


@app.get("/overview")
async def overview() -> dict[str, int]:
    session = async_scoped_session(open_session, asyncio.current_task)
    try:
        products, pieces, orders = await asyncio.gather(
            session.scalar(select(func.count()).select_from(Product)),
            session.scalar(select(func.sum(Product.stock))),
            session.scalar(select(func.count()).select_from(Order)),
        )
    finally:
        await session.remove()
    return {"products": products, "pieces": pieces, "orders": orders}
