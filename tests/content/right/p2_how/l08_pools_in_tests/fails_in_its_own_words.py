"""Says in its own words why the end failed."""


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
            connection.execute(text("SET lock_timeout = '100ms'"))
            Base.metadata.drop_all(connection)
    except Exception as error:
        raise RuntimeError("somebody still reads the tables") from error
    finally:
        engine.dispose()
