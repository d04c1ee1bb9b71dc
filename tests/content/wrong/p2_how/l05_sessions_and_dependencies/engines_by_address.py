# task 1: failed
# says: Two applications may have one address
"""Keeps the engines in a dict by address: the second application of an address ends the first one's engine."""

ENGINES: dict[str, Engine] = {}

# in create_app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if database_url not in ENGINES:
        ENGINES[database_url] = make_engine(database_url)
    yield
    ENGINES.pop(database_url).dispose()


def get_session() -> Iterator[Session]:
    with Session(ENGINES[database_url]) as session:
        yield session
