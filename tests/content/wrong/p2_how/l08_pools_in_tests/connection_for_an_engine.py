# task 3: failed
# says: the rollback of a refused order ends the outer transaction
"""Gives the store the test's connection in place of an engine."""


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    app.state.engine = session.get_bind()
    yield TestClient(app)
    del app.state.engine
