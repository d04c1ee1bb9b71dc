# task 1: failed
# says: A lifespan is an `async def` with one `yield`
"""Writes the lifespan as a plain generator."""

# in create_app


@asynccontextmanager
def lifespan(app: FastAPI) -> Iterator[None]:
    app.state.engine = make_engine(database_url)
    yield
    app.state.engine.dispose()
