# task 1: failed
# says: 2 of 2 in use while a piece goes out
"""The pieces are read with the session of a dependency."""

# in create_app


@app.get("/orders")
def orders(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
    every = text("SELECT id, product FROM orders ORDER BY id")
    pieces = map(as_lines, session.execute(every).partitions(BATCH))
    return StreamingResponse(pieces, media_type="text/plain")
