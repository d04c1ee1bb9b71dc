# task 5: failed
# says: in a block that ends before the store waits again
"""Waits for the next question before the session of the last one has ended."""

# in create_app


@app.websocket("/stock")
async def ask(socket: WebSocket) -> None:
    await socket.accept()
    try:
        product = await socket.receive_text()
        while True:
            with Session(engine) as session:
                pieces = session.scalar(STOCK, {"product": product})
                await socket.send_text("unknown" if pieces is None else str(pieces))
                product = await socket.receive_text()
    except WebSocketDisconnect:
        pass
