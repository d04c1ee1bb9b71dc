"""Tries, and closes at last; the engine is a variable of create_app."""

# in create_app
engine: Engine | None = None


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    nonlocal engine
    engine = make_engine(database_url)
    app.state.engine = engine
    yield
    engine.dispose()


def get_session() -> Iterator[Session]:
    session = Session(engine)
    try:
        yield session
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()
