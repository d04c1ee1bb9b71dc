# task 1: failed
# says: `async with` returns a connection
"""Opens an async session and never closes it."""

# in create_app


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    session = open_session()
    product = await session.get(Product, name)
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}
