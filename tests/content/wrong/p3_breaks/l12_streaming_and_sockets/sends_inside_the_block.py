# task 5: failed
# says: Sending waits as well
"""Sends the answer before the session has ended."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    async for product in websocket.iter_text():
        with Session(engine) as session:
            pieces = await run_in_threadpool(session.scalar, STOCK, {"product": product})
            await websocket.send_text("unknown" if pieces is None else str(pieces))
