# task 3: failed
# says: The request closed the test's session
"""Ends the test's session with each request."""


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    def same() -> Iterator[Session]:
        with session:
            yield session

    app.dependency_overrides[get_session] = same
    yield TestClient(app)
    del app.dependency_overrides[get_session]
