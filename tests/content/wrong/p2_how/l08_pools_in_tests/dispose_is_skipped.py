# task 5: failed
# says: An error skips the lines after it
"""Disposes after a drop_all that fails."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        Base.metadata.drop_all(connection)
    engine.dispose()
