# task 5: failed
# says: wait for them before dispose()
"""Cancels the searches at the end, and does not wait until they have returned their connections."""

# in create_app


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    for query in searches:
        query.cancel()
    await engine.dispose()
