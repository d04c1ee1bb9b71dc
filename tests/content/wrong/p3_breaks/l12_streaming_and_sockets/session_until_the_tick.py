# task 4: failed
# says: Between two events the store waits
"""A session for each event, whose block holds the waiting too."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            with Session(engine) as session:
                yield f"data: {session.scalar(NEWEST)}\n\n"
                await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
