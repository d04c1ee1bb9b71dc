# task 5: failed
# says: A statement still waits on the server
"""Waits for a thread, and leaves it waiting."""

from threading import Thread


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    dropping = Thread(target=Base.metadata.drop_all, args=[engine], daemon=True)
    dropping.start()
    dropping.join(0.3)
    engine.dispose()
    if dropping.is_alive():
        pytest.fail("drop_all waits for a lock")
