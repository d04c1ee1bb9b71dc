# task 2: failed
# says: Rolling back costs one statement for each test
"""Drops and makes the tables for each test."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
