# task 5: failed
# says: lives as long as the websocket
"""The session of a dependency."""

# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket, session: Annotated[Session, Depends(get_session)]) -> None:
    await websocket.accept()
    try:
        while True:
            pieces = session.scalar(STOCK, {"product": await websocket.receive_text()})
            await websocket.send_text("unknown" if pieces is None else str(pieces))
    except WebSocketDisconnect:
        pass
