# task 5: failed
# says: is skipped when the query raises
"""A `close()` after the query of a question."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    async for product in websocket.iter_text():
        session = Session(engine)
        pieces = await run_in_threadpool(session.scalar, STOCK, {"product": product})
        session.close()
        await websocket.send_text("unknown" if pieces is None else str(pieces))
