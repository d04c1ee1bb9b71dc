# task 4: failed
# says: only the pool's TimeoutError means that it is full
"""Takes every error of SQLAlchemy for a full pool."""

# in create_app


@app.exception_handler(exc.SQLAlchemyError)
@app.exception_handler(Full)
async def busy(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Busy. Please come again."}, 503, {"Retry-After": "2"})
