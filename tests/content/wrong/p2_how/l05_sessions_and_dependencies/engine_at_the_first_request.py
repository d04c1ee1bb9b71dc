# task 1: failed
# says: 0 at the start, 1 after two requests
"""Makes the engine when somebody needs it."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = None
    yield
    app.state.engine.dispose()


def get_session(request: Request) -> Iterator[Session]:
    if request.app.state.engine is None:
        request.app.state.engine = make_engine(database_url)
    with Session(request.app.state.engine) as session:
        yield session
