# task 4: failed
# says: Something still awaits it
"""Shields the query, and leaves the block of the session that it runs in."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    async with open_session() as session:
        query = asyncio.ensure_future(
            session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name))
        )
        done, _ = await asyncio.wait([query], timeout=PATIENCE)
        if not done:
            raise HTTPException(504)
        return list(query.result())
