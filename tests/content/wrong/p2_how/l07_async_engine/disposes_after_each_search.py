# task 4: failed
# says: once, at the end
"""Disposes after each search."""

# in create_app


async def names_with(q: str) -> list[str]:
    async with open_session() as session:
        found = list(await session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name)))
    await engine.dispose()
    return found
