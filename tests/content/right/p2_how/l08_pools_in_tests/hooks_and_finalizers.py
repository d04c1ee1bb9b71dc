"""Finalizers in place of yield, a hook of pytest in place of an autouse fixture, the older recipe of savepoints."""

LOANS: list[tuple[Any, str]] = []


@pytest.fixture(scope="session")
def engine(database_url: str, request: pytest.FixtureRequest) -> Engine:
    engine = make_engine(database_url)
    request.addfinalizer(engine.dispose)
    Base.metadata.create_all(engine)
    request.addfinalizer(lambda: drop(engine))
    with Session(engine) as session, session.begin():
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
    event.listen(engine, "checkout", lambda _, __, loan: LOANS.append((loan, line_that_took_it())))
    return engine


def drop(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 1000"))
        for table in reversed(Base.metadata.sorted_tables):
            table.drop(connection)
        connection.commit()


@pytest.fixture
def session(engine: Engine, request: pytest.FixtureRequest) -> Session:
    connection = engine.connect()
    request.addfinalizer(connection.close)
    outer = connection.begin()
    request.addfinalizer(outer.rollback)
    session = Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    request.addfinalizer(session.close)
    return session


@pytest.fixture
def client(session: Session, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setitem(app.dependency_overrides, get_session, lambda: session)
    return TestClient(app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    result = yield
    left = [(loan, line) for loan, line in LOANS if loan.is_valid]
    LOANS.clear()
    for loan, _ in left:
        loan.invalidate()
    if left:
        raise RuntimeError(" and ".join(line for _, line in left))
    return result


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> None:
    """The hook above looks."""
