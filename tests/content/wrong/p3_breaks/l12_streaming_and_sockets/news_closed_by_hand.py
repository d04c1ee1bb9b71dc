# task 4: failed
# says: is skipped when the query raises
"""A `close()` after the query of an event."""


def look(engine: Engine) -> int | None:
    session = Session(engine)
    newest: int | None = session.scalar(NEWEST)
    session.close()
    return newest


# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            yield f"data: {await run_in_threadpool(look, engine)}\n\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
