# task 1: failed
# says: but not at the end, or with close=False
"""Takes the lines before the `yield` for those of the end."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.engine.dispose()
    yield
