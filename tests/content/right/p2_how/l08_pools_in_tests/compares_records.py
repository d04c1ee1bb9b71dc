"""Drops the tables one by one in autocommit, and notes checkouts and checkins by the pool's record."""


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    yield engine
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET lock_timeout = '500ms'"))
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(text(f"DROP TABLE {table.name}"))
    finally:
        engine.dispose()


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine, request: pytest.FixtureRequest) -> Iterator[None]:
    taken: dict[int, tuple[Any, str]] = {}
    before = engine.pool.checkedout()

    def take(_connection: Any, record: Any, loan: Any) -> None:
        taken[id(record)] = loan, line_that_took_it()

    def give(_connection: Any, record: Any) -> None:
        taken.pop(id(record), None)

    event.listen(engine, "checkout", take)
    event.listen(engine, "checkin", give)
    try:
        yield
    finally:
        event.remove(engine, "checkout", take)
        event.remove(engine, "checkin", give)
        message = "\n".join(
            f"{line} took a connection that {request.node.name} did not return" for _, line in taken.values()
        )
        for loan, _ in list(taken.values()):
            loan.invalidate()
        assert engine.pool.checkedout() == before
        assert not message, message
