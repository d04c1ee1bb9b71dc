# task 1: failed
# says: no engine before the application starts
"""Disposes at the end of an engine that was made long before the start."""

# in create_app
engine = make_engine(database_url)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = engine
    yield
    engine.dispose()
