# task 5: failed
# says: in a block that ends before the store waits again
"""Waits for the next question before the session of the last one has ended."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        product = await websocket.receive_text()
        while True:
            with Session(engine) as session:
                pieces = session.scalar(STOCK, {"product": product})
                await websocket.send_text("unknown" if pieces is None else str(pieces))
                product = await websocket.receive_text()
    except WebSocketDisconnect:
        pass
