# task 4: failed
# says: A cancelled query leaves its connection
"""Puts the time-out inside of the session's block."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    async with open_session() as session:
        try:
            async with asyncio.timeout(PATIENCE):
                return list(
                    await session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name))
                )
        except TimeoutError:
            raise HTTPException(504) from None
