# task 2: failed
# says: nor end the outer transaction
"""Lets a rollback of the session reach the outer transaction."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as outer:
        with Session(bind=connection, join_transaction_mode="rollback_only") as session:
            yield session
        outer.rollback()
