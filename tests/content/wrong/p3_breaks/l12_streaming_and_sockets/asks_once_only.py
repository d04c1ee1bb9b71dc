# task 4: failed
# says: then look again
"""Asks for the newest order once, and repeats it."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    newest = ask_once(engine, NEWEST)

    async def events() -> AsyncIterator[str]:
        while True:
            yield f"data: {newest}\n\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
