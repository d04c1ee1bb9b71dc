# task 2: failed
# says: is to be returned when it ends
"""One session for all tests, rolled back at the end."""


@pytest.fixture(scope="session")
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as outer:
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()
