"""A scoped session whose scope is the request, as SQLAlchemy's documentation asks of web applications."""

from contextvars import ContextVar

from sqlalchemy.orm import scoped_session, sessionmaker

current: ContextVar[object] = ContextVar("current")

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = make_engine(database_url)
    app.state.sessions = scoped_session(sessionmaker(app.state.engine), scopefunc=lambda: id(current.get()))
    yield
    app.state.engine.dispose()


async def get_session(request: Request) -> AsyncIterator[Session]:
    current.set(request)
    try:
        yield request.app.state.sessions()
    finally:
        request.app.state.sessions.remove()
