# task 5: failed
# says: dispose() was called before the end
"""Disposes of the engine before the application starts, and not at its end."""

# in create_app


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    await engine.dispose()
    yield
