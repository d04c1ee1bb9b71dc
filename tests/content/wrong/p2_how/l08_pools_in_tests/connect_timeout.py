# task 5: failed
# says: `connect_timeout` bounds the opening
"""Bounds the opening of connections."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(
        database_url, pool_size=5, max_overflow=0, pool_timeout=1, connect_args={"connect_timeout": 1}
    )
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        Base.metadata.drop_all(engine)
    finally:
        engine.dispose()
