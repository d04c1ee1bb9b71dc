# task 1: failed
# says: dropping the tables takes a connection again
"""Disposes first, to free the tables, and drops them then."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    engine.dispose()
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        Base.metadata.drop_all(connection)
