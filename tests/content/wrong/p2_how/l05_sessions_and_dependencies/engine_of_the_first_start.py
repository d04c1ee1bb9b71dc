# task 1: failed
# says: The first start's engine is used again
"""Makes the engine only if the application has none, and has one for ever after the first start."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if not hasattr(app.state, "engine"):
        app.state.engine = make_engine(database_url)
    yield
    app.state.engine.dispose()
