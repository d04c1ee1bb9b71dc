# task 3: failed
# says: maps the dependency, get_session itself
"""Removes the override before the test runs."""


@pytest.fixture
def client(session: Session) -> TestClient:
    app.dependency_overrides[get_session] = lambda: session
    client = TestClient(app)
    app.dependency_overrides.clear()
    return client
