# task 3: failed
# says: No orders: a 200 and an empty answer
"""Takes a store without orders for a broken one."""

# in create_app


@app.get("/orders")
def orders() -> StreamingResponse:
    pieces = order_pieces(engine)
    first = next(pieces)
    return StreamingResponse(chain([first], pieces), media_type="text/plain")
