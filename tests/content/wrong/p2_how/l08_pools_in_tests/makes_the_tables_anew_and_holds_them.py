# task 2: failed
# says: connection of the tests holds
"""Drops the tables while the session's connection still reads them."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = Session(engine)
    yield session
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
    session.commit()
    session.close()
