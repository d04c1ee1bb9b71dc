# task 1: failed
# says: StaticPool hands one connection
"""One connection is enough for tests."""

from sqlalchemy import StaticPool


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            Base.metadata.drop_all(connection)
    finally:
        engine.dispose()
