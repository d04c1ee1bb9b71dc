# task 4: failed
# says: An event ends with an empty line
"""One newline after each event."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            newest = await run_in_threadpool(ask_once, engine, NEWEST)
            yield f"data: {newest}\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
