# task 1: failed
# says: keeps the event loop
"""Sends the query to the loop that it stands in, and waits for its result."""

# in create_app


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    async def find() -> Product | None:
        async with open_session() as session:
            return await session.get(Product, name)

    product = asyncio.run_coroutine_threadsafe(find(), asyncio.get_running_loop()).result()
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}
