# task 3: failed
# says: an answer without an end
"""Writes the error as a line, and ends the answer properly."""

from sqlalchemy.exc import SQLAlchemyError

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    pieces = order_pieces(engine)
    first = next(pieces, "")

    def rest() -> Iterator[str]:
        yield first
        try:
            yield from pieces
        except SQLAlchemyError:
            yield "0 an error occurred\n"

    return StreamingResponse(rest(), media_type="text/plain")
