# task 2: failed
# says: begin a transaction on the connection
"""Leaves the outer transaction's block, which commits."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.begin() as connection, Session(bind=connection, join_transaction_mode="create_savepoint") as session:
        yield session
