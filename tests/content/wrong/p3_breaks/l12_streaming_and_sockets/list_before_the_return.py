# task 1: failed
# says: are kept for each client, in memory or in a file
"""Reads all batches before it returns."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    return StreamingResponse(iter(list(order_pieces(engine))), media_type="text/plain")
