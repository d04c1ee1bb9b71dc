# task 5: failed
# says: An async engine's own dispose() is a coroutine
"""Disposes of the sync engine inside of the async one."""

# in create_app


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    engine.sync_engine.dispose()
