# task 2: failed
# says: A commit that only flushes is none
"""Replaces commit by flush, so that nothing is ever committed."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.commit = session.flush
        yield session
        session.rollback()
