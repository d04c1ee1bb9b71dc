# task 3: failed
# says: The override outlives the test
"""Returns the client and leaves the override."""


@pytest.fixture
def client(session: Session) -> TestClient:
    app.dependency_overrides[get_session] = lambda: session
    return TestClient(app)
