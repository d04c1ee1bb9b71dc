# task 3: failed
# says: both have the same session
"""Takes a thread for a request: the dependency hands out the thread's session and removes that of another thread."""

from sqlalchemy.orm import scoped_session, sessionmaker

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.sessions = scoped_session(sessionmaker(app.state.engine))
    yield
    app.state.engine.dispose()


def get_session(request: Request) -> Iterator[Session]:
    sessions = request.app.state.sessions
    try:
        yield sessions()
    finally:
        sessions.remove()
