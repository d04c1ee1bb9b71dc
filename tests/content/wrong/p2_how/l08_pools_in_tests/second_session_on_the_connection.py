# task 3: failed
# says: has the default mode again
"""Gives requests a session of their own, on the test's connection."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    def own() -> Iterator[Session]:
        with Session(session.get_bind()) as other:
            yield other

    app.dependency_overrides[get_session] = own
    yield TestClient(app)
    del app.dependency_overrides[get_session]
