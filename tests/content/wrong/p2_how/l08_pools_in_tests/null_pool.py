# task 1: failed
# says: NullPool keeps nothing
"""Turns pooling off, so that nothing can leak."""

from sqlalchemy import NullPool


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
            Base.metadata.drop_all(connection)
    finally:
        engine.dispose()
