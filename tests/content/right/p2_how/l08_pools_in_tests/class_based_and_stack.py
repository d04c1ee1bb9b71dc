"""Another shape: one class for the loans, traceback.extract_stack, ExitStack, limits for all connections of the tests."""

import sysconfig
import traceback

import sqlalchemy


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(
        database_url, pool_size=5, max_overflow=0, pool_timeout=2, connect_args={"options": "-c lock_timeout=300"}
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


class Loans:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.stacks = engine, []

    def note(self, _connection: Any, _record: Any, loan: Any) -> None:
        self.stacks.append((loan, traceback.extract_stack()[:-1]))

    def __enter__(self) -> "Loans":
        event.listen(self.engine, "checkout", self.note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "checkout", self.note)
        places = []
        for loan, stack in self.stacks:
            if loan.is_valid:
                own = [frame for frame in stack if not is_library(frame.filename)]
                places.append(f"{own[-1].filename}:{own[-1].lineno}")
                loan.rollback()
                loan.close()
        assert not places, f"left in use: {places}"


def is_library(file: str) -> bool:
    folders = (Path(sqlalchemy.__file__).parent, sysconfig.get_path("stdlib"))
    return file.startswith("<") or any(Path(file).is_relative_to(folder) for folder in folders)


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    with Loans(engine):
        yield


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    def of_the_test() -> Iterator[Session]:
        yield session

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.dependency_overrides, get_session, of_the_test)
        with TestClient(app) as client:
            yield client
