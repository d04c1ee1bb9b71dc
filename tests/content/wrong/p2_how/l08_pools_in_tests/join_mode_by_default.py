# task 2: failed
# says: `join_transaction_mode` says how
"""Knows the recipe of the outer transaction, and not its mode."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as outer:
        with Session(bind=connection) as session:
            yield session
        outer.rollback()
