# task 1: failed
# says: 'State' object has no attribute 'engine'
"""Keeps the first engine for ever: after the first end, its own note says that it is there."""

ENGINES: dict[str, Engine] = {}

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if database_url not in ENGINES:
        ENGINES[database_url] = app.state.engine = make_engine(database_url)
    yield
    app.state.engine.dispose()
    del app.state.engine
