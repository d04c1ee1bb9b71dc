# task 3: failed
# says: TypeError
"""Overrides by the session itself, which is no function."""


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    app.dependency_overrides[get_session] = session
    yield TestClient(app)
    app.dependency_overrides.clear()
