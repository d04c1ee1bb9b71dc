"""The savepoint is begun on the connection, so that the default mode uses savepoints; requests get sessions of their own on it."""


@pytest.fixture
def connection(engine: Engine) -> Iterator[Any]:
    connection = engine.connect()
    outer = connection.begin()
    try:
        connection.begin_nested()
        yield connection
    finally:
        outer.rollback()
        connection.close()


@pytest.fixture
def session(connection: Any) -> Iterator[Session]:
    session = Session(connection)
    yield session
    session.close()


@pytest.fixture
def client(connection: Any) -> Iterator[TestClient]:
    def new_session() -> Iterator[Session]:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    app.dependency_overrides = {get_session: new_session}
    yield TestClient(app)
    app.dependency_overrides = {}
