# task 5: failed
# says: the server waits, for a lock
"""Drops the tables and waits as long as it takes."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        Base.metadata.drop_all(engine)
    finally:
        engine.dispose()
