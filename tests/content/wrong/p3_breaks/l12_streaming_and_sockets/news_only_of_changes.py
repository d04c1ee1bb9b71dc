# task 4: failed
# says: cannot tell a quiet store from a broken one
"""Sends an event only when something has changed."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        told = None
        while True:
            newest = await run_in_threadpool(ask_once, engine, NEWEST)
            if newest != told:
                yield f"data: {newest}\n\n"
            told = newest
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
