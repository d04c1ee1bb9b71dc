# task 1: failed
# says: 2 at the start, 2 after two requests
"""Has an engine for requests and one for receipts."""

# in create_app

@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.receipts = make_engine(database_url)
    yield
    app.state.engine.dispose()
    app.state.receipts.dispose()
