"""A middleware at the door, for the paths of products; HTTPException in place of a handler."""

# in create_app


async def admit() -> AsyncIterator[None]:
    yield


@app.middleware("http")
async def door(request: Request, call_next):
    if not request.url.path.startswith("/products"):
        return await call_next(request)
    try:
        async with admission.enter():
            return await call_next(request)
    except Full:
        return JSONResponse({"detail": "Busy."}, 503, {"Retry-After": "5"})
