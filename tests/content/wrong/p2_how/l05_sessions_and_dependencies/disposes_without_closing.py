# task 1: failed
# says: but not at the end, or with close=False
"""Has read of `close=False`, which is for a fork."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    yield
    app.state.engine.dispose(close=False)
