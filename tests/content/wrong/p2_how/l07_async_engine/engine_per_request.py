# task 1: failed
# says: A new engine is a new and empty pool
"""Makes an async engine for each page."""

from sqlalchemy.ext.asyncio import AsyncSession

# in create_app


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    own = create_async_engine(database_url, **LIMITS)
    async with AsyncSession(own) as session:
        product = await session.get(Product, name)
    await own.dispose()
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}
