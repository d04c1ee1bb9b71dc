# task 2: failed
# says: A rollback at the end undoes no commit
"""Begins a savepoint in the session; the first commit ends it."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.begin_nested()
        yield session
        session.rollback()
