# task 5: failed
# says: nobody ends its connection for a test
"""Clears the way to the tables."""


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
            holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'products'::regclass"
            connection.execute(text(f"{holders} AND pid <> pg_backend_pid()"))
            Base.metadata.drop_all(connection)
    finally:
        engine.dispose()
