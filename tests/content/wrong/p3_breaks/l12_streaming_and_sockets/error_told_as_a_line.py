# task 3: failed
# says: A line that tells an error is one more line
"""Tells an error in mid-stream as a line, and ends."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    pieces = order_pieces(engine)
    first = next(pieces, "")

    def told() -> Iterator[str]:
        yield first
        try:
            yield from pieces
        except Exception as error:
            yield f"error: {error}\n"

    return StreamingResponse(told(), media_type="text/plain")
