# task 4: failed
# says: how long to stay away
"""Says that it is busy, and not until when."""

# in create_app


@app.exception_handler(exc.TimeoutError)
@app.exception_handler(Full)
async def busy(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Busy. Please come again."}, 503)
