# task 5: failed
# says: Given the engine, `drop_all` takes another connection
"""Sets the limit on one connection and drops the tables on another."""


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
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        Base.metadata.drop_all(engine)
    finally:
        engine.dispose()
