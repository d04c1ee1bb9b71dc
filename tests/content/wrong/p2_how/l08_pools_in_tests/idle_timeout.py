# task 5: failed
# says: this one waits for a lock
"""Ends idle transactions, of its own connections."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(
        database_url,
        pool_size=5,
        max_overflow=0,
        connect_args={"options": "-c idle_in_transaction_session_timeout=1s"},
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
