# task 3: failed
# says: let requests use the test's session
"""Gives requests a session of their own, on the pool."""


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    def own() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    app.dependency_overrides[get_session] = own
    yield TestClient(app)
    app.dependency_overrides.clear()
