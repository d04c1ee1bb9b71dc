# task 2: failed
# says: That is a line of your own fixtures
"""Gives each test a session and leaves its connection in use."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = Session(bind=(connection := engine.connect()), join_transaction_mode="create_savepoint")
    outer = connection.begin()
    yield session
    session.close()
    outer.rollback()
