# task 3: failed
# says: The client takes it for the whole
"""Swallows an error in mid-stream."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    pieces = order_pieces(engine)
    first = next(pieces, "")

    def rest() -> Iterator[str]:
        yield first
        try:
            yield from pieces
        except Exception:
            return

    return StreamingResponse(rest(), media_type="text/plain")
