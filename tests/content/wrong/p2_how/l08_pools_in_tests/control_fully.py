# task 2: failed
# says: begin a transaction on the connection
"""Lets the session commit the outer transaction."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(bind=connection, join_transaction_mode="control_fully") as session:
            yield session
        if outer.is_active:
            outer.rollback()
