# task 3: failed
# says: Before the `return` there is still a status to send
"""Reads the first batch when the 200 is on its way."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    return StreamingResponse(order_pieces(engine), media_type="text/plain")
