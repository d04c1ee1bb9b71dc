# task 5: failed
# says: Whoever watches the store
"""A limit for all paths: /health is refused as well."""

# in create_app


async def admit() -> AsyncIterator[None]:
    yield


@app.middleware("http")
async def door(request: Request, call_next):
    try:
        async with admission.enter():
            return await call_next(request)
    except Full:
        return JSONResponse({"detail": "Busy."}, 503, {"Retry-After": "2"})
