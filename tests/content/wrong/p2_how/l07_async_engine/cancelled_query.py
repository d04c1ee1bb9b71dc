# task 4: failed
# says: A cancelled query leaves its connection
"""Cancels the query after PATIENCE."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    try:
        return await asyncio.wait_for(names_with(q), PATIENCE)
    except TimeoutError:
        raise HTTPException(504) from None
