# task 1: failed
# says: Keep the engine with its application
"""Keeps the engine in the module: the second application takes the first one's database away."""

engine: Engine

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    global engine
    engine = app.state.engine = make_engine(database_url)
    yield
    engine.dispose()


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session
