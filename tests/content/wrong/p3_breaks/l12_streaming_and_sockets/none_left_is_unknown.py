# task 5: failed
# says: 0 pieces are a number
"""Takes 0 pieces for nothing."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    async for product in websocket.iter_text():
        pieces = await run_in_threadpool(ask_once, engine, STOCK, product=product)
        await websocket.send_text(str(pieces or "unknown"))
