"""Commits are commits, and the fixture empties the table and fills it again; requests have sessions of their own."""

from sqlalchemy import insert


SEED = [{"name": "chair", "stock": 10}, {"name": "lamp", "stock": 1}]


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    event.listen(engine, "connect", lambda connection, _: limit(connection))
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Product), SEED)
    yield engine
    try:
        Base.metadata.drop_all(engine)
    finally:
        engine.dispose()


def limit(connection: Any) -> None:
    connection.execute("SET statement_timeout = 300")
    connection.commit()


@pytest.fixture
def fresh(engine: Engine) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE products"))
        connection.execute(insert(Product), SEED)


@pytest.fixture
def session(engine: Engine, fresh: None) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def client(engine: Engine, fresh: None) -> Iterator[TestClient]:
    def own() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides.pop(get_session)
