# task 4: failed
# says: in use while an event of GET /news goes out
"""The block ends before the waiting, and not before the event goes out."""

# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            with Session(engine) as session:
                yield f"data: {session.scalar(NEWEST)}\n\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
