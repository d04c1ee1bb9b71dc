"""One session for the whole stream, whose transaction ends before each yield."""


def order_pieces(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        newest, last = session.scalar(NEWEST) or 0, 0
        while orders := session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all():
            session.commit()
            yield as_lines(orders)
            last = orders[-1].id


# in create_app


@app.websocket("/stock")
async def ask(websocket: WebSocket, session: Annotated[Session, Depends(get_session)]) -> None:
    await websocket.accept()
    async for product in websocket.iter_text():
        pieces = await run_in_threadpool(session.scalar, STOCK, {"product": product})
        await run_in_threadpool(session.rollback)
        await websocket.send_text("unknown" if pieces is None else str(pieces))
