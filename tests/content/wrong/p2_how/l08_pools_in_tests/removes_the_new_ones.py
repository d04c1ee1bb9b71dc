# task 2: failed
# says: begin a transaction on the connection
"""Deletes what is new and forgets what was changed."""

from sqlalchemy import delete


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()
        session.execute(delete(Product).where(Product.name.not_in(["chair", "lamp"])))
        session.commit()
