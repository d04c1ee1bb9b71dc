# task 1: failed
# says: dispose() belongs there
"""Takes the end of the process for the end of its connections."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    yield
