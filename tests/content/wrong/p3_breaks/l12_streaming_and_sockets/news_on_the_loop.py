# task 4: failed
# says: nobody at all is answered
# passes in the page, which has one thread for all
"""Asks in the `async def` itself."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            yield f"data: {ask_once(engine, NEWEST)}\n\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
