# task 1: failed
# says: 1 of 2 in use while Ann's piece goes out
"""The pieces have sessions of their own; the request's is asked once, and held all the same."""

# in create_app


@app.get("/orders")
def orders(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
    session.scalar(NEWEST)
    pieces = order_pieces(engine)
    return StreamingResponse(chain([next(pieces, "")], pieces), media_type="text/plain")
