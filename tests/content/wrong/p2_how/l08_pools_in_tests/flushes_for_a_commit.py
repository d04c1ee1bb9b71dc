# task 2: failed
# says: the products after a commit and a rollback
"""Replaces commit by flush, so that nothing is ever committed."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.commit = session.flush
        yield session
        session.rollback()
