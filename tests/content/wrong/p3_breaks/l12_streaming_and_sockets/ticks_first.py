# task 4: failed
# says: An event, then `await tick()`
"""Waits for the first tick before the first event."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            await tick()
            newest = await run_in_threadpool(ask_once, engine, NEWEST)
            yield f"data: {newest}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
