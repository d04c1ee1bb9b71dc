# task 4: failed
# says: no search that found nothing
"""Answers an empty list when the search takes too long."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    query = asyncio.create_task(names_with(q))
    done, _ = await asyncio.wait([query], timeout=PATIENCE)
    return query.result() if done else []
