# task 5: failed
# says: wait for them before dispose()
"""Shields the query, keeps no reference, and disposes while it runs."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    try:
        return await asyncio.wait_for(asyncio.shield(names_with(q)), PATIENCE)
    except TimeoutError:
        raise HTTPException(504) from None
