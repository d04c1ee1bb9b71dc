# task 4: failed
# says: in a block that ends before the `yield`
"""One session for all events."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        with Session(engine) as session:
            while True:
                yield f"data: {session.scalar(NEWEST)}\n\n"
                await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
