# task 5: failed
# says: nobody at all is answered
# passes in the page, which has one thread for all
"""Asks in the `async def` itself."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    async for product in websocket.iter_text():
        pieces = ask_once(engine, STOCK, product=product)
        await websocket.send_text("unknown" if pieces is None else str(pieces))
