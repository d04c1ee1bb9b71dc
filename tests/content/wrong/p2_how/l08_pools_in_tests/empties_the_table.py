# task 2: failed
# says: Nothing is left: both products
"""Empties the table after each test, the two products included."""

from sqlalchemy import delete


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()
        session.execute(delete(Product))
        session.commit()
