# task 5: failed
# says: In milliseconds, unless it names a unit
"""Waits for almost two seconds."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1900ms'"))
            Base.metadata.drop_all(connection)
    finally:
        engine.dispose()
