# task 5: failed
# says: Whoever catches the error hides it
"""Catches what drop_all raises."""

import contextlib

from sqlalchemy import exc


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    with contextlib.suppress(exc.OperationalError), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        Base.metadata.drop_all(connection)
    engine.dispose()
