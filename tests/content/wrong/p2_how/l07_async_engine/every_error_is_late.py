# task 4: failed
# says: Not every exception is a time-out
"""Answers 504 for whatever goes wrong."""

# in create_app


@app.get("/search")
async def search(q: str) -> list[str]:
    query = asyncio.create_task(names_with(q))
    searches.add(query)
    query.add_done_callback(searches.discard)
    await asyncio.wait([query], timeout=PATIENCE)
    try:
        return query.result()
    except Exception:
        raise HTTPException(504) from None
