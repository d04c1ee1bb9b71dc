"""Asks for the lock a few times, without waiting."""

import time

from sqlalchemy import exc


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        for last in (False, False, False, True):
            try:
                with engine.begin() as connection:
                    connection.execute(text("LOCK TABLE products IN ACCESS EXCLUSIVE MODE NOWAIT"))
                    Base.metadata.drop_all(connection)
                break
            except exc.OperationalError:
                if last:
                    raise
                time.sleep(0.08)
    finally:
        engine.dispose()
