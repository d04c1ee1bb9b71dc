# task 1: failed
# says: StaticPool hands one connection
"""Shares one connection in memory among all threads."""

from sqlalchemy import StaticPool


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    engine.dispose()
