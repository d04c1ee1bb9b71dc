# task 4: failed
# says: It is the store that is busy
"""Blames the shopper."""

# in create_app


@app.exception_handler(exc.TimeoutError)
@app.exception_handler(Full)
async def busy(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Busy. Please come again."}, 429, {"Retry-After": "2"})
