# task 1: failed
# says: A fixture lives for one test unless its `scope` says more
"""Makes an engine for each test, to be on the safe side."""


@pytest.fixture(scope="function")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
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
