# task 1: failed
# says: UndefinedTable
"""Drops the tables where the tests were to run."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Engine:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    Base.metadata.drop_all(engine)
    engine.dispose()
    return engine
