# task 5: failed
# says: await it
"""Calls dispose() and does not await it."""

# in create_app


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    engine.dispose()
