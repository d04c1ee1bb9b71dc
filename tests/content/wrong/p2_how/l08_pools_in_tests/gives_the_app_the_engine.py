# task 3: failed
# says: let requests use the test's session
"""Gives the store the tests' engine; its commits are commits."""


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    app.state.engine = engine
    yield TestClient(app)
    del app.state.engine
