# task 3: failed
# says: maps the dependency, get_session itself
"""Overrides the type instead of the function."""


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    app.dependency_overrides[Session] = lambda: session
    yield TestClient(app)
    app.dependency_overrides.clear()
