# task 1: failed
# says: Another database has other locks
"""Tests on a file, which every thread sees, and not on the store's database."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine("sqlite:///tests.db", pool_size=5, max_overflow=0)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()
