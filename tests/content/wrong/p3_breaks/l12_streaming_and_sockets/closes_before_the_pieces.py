# task 1: failed
# says: 2 of 2 in use while a piece goes out
"""The session is closed before the return, and begins anew with the first piece."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    every = text("SELECT id, product FROM orders ORDER BY id")
    with Session(engine) as session:
        session.scalar(NEWEST)
    pieces = (as_lines(part) for part in session.execute(every).partitions(BATCH))
    return StreamingResponse(pieces, media_type="text/plain")
