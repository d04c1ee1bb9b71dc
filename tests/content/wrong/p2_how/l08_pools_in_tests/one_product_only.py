# task 1: failed
# says: put in both products
"""Leaves the lamp out."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Product(name="chair", stock=10))
        session.commit()
    yield engine
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            Base.metadata.drop_all(connection)
    finally:
        engine.dispose()
