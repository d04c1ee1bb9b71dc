"""Batches in a function of their own, and an `async def` stream that reads on a thread."""


def read_batch(engine: Engine, last: int, newest: int) -> Sequence[Row[tuple[int, str]]]:
    with engine.connect() as connection:
        return connection.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()


# in create_app


@app.get("/orders")
async def orders() -> StreamingResponse:
    newest = await run_in_threadpool(ask_once, engine, NEWEST) or 0
    first = await run_in_threadpool(read_batch, engine, 0, newest)

    async def pieces() -> AsyncIterator[str]:
        batch = first
        while batch:
            yield as_lines(batch)
            batch = await run_in_threadpool(read_batch, engine, batch[-1].id, newest)

    return StreamingResponse(pieces(), media_type="text/plain")
