# task 5: failed
# says: lives as long as the socket
"""The session of a dependency."""

# in create_app


@app.websocket("/stock")
async def ask(socket: WebSocket, session: Annotated[Session, Depends(get_session)]) -> None:
    await socket.accept()
    try:
        while True:
            pieces = session.scalar(STOCK, {"product": await socket.receive_text()})
            await socket.send_text("unknown" if pieces is None else str(pieces))
    except WebSocketDisconnect:
        pass
