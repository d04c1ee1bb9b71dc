# task 4: failed
# says: no kind of Python's TimeoutError
"""Catches Python's TimeoutError, which the pool does not raise."""

# in create_app


@app.exception_handler(TimeoutError)
@app.exception_handler(Full)
async def busy(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Busy. Please come again."}, 503, {"Retry-After": "2"})
