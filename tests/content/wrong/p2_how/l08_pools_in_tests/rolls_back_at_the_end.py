# task 2: failed
# says: A rollback at the end undoes no commit
"""Rolls back at the end of the test."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()
