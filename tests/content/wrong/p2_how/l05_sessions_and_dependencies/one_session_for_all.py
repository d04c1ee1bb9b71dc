# task 3: failed
# says: both have the same session
"""Makes one session at the start, for everybody."""

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.session = Session(app.state.engine)
    yield
    app.state.engine.dispose()


def get_session(request: Request) -> Iterator[Session]:
    session = request.app.state.session
    try:
        yield session
    finally:
        session.close()
