# task 1: failed
# says: another connection of the tests holds
"""Puts the products in and keeps the session open."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
    session.commit()
    session.get(Product, "chair")
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()
