# task 3: failed
# says: No connection of its own
"""Gives the requests a session of their own when no test asks for one."""


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    if "session" in request.fixturenames:
        app.dependency_overrides[get_session] = lambda: request.getfixturevalue("session")
    else:
        app.state.engine = request.getfixturevalue("engine")
    yield TestClient(app)
    app.dependency_overrides.clear()
    app.state._state.clear()
