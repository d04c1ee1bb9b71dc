"""The store's conftest.py: every test finds the same two products, nothing hangs, a connection in use is noticed."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Product(Base):
    """One product: its name, how many are left."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    stock: Mapped[int]


def make_engine(database_url: str) -> Engine:
    """Return an engine as the running store has it."""
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_timeout=2)


def get_session(request: Request) -> Iterator[Session]:
    """Give a request of the running store its session."""
    with Session(request.app.state.engine) as session:
        yield session


app = FastAPI()


@app.post("/orders/{name}")
def order(name: str, session: Annotated[Session, Depends(get_session)]) -> int:
    """Sell one piece and return how many are left; 409 if none was left."""
    product = session.get(Product, name)
    if product is None or product.stock < 1:
        session.rollback()
        raise HTTPException(409)
    product.stock -= 1
    session.commit()
    return product.stock


# Above is the store: leave it as it is. Below are the fixtures of its tests.


# An engine for each test would be an empty pool for each test, and tables made anew each time.
@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """Give all tests one engine, on tables with two products; after the last test drop the tables and dispose of the engine."""
    engine = make_engine(database_url)
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
            session.commit()
        yield engine
        with engine.begin() as connection:
            # No setting of the pool bounds this wait: it is the server that waits for a lock. LOCAL: until this transaction ends.
            # Whoever holds the lock is at work: we give up, and leave that connection alone.
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
            Base.metadata.drop_all(connection)
    finally:
        # Only what is idle is closed here: dispose() cannot reach a connection that is in use.
        engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Give a test its session; when the test ends, what was committed in it is gone and its connection is returned."""
    with engine.connect() as connection, connection.begin() as outer:
        # Each commit of the session releases a savepoint, each rollback goes back to one; the outer transaction is ours.
        # By default (conditional_savepoint) a rollback of the session would end the outer transaction as well.
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """Give a client of the store that works on what `session` sees; when the test ends, the store is as it was before."""
    # The session itself: a second one on its connection would have the default mode again, and one that a request closes loses its objects.
    app.dependency_overrides[get_session] = lambda: session
    yield TestClient(app)
    # A fixture's lines after yield run whether the test passed or failed: pytest throws nothing in.
    del app.dependency_overrides[get_session]


# Autouse fixtures come first and end last: by then the session has returned its connection.
@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    """Fail each test that does not return a connection of `engine`, even if Python's garbage collector returns it.

    The failure names the line that took it, as in "orders.py:12": the innermost one that belongs neither to SQLAlchemy nor
    to Python's own library. The next test finds no connection in use, neither in the pool nor on the server, and no listener more.
    """
    loans: list[tuple[PoolProxiedConnection, str]] = []

    # Whoever keeps the loan keeps it from the collector. It is kept for one test only.
    def note(_connection: Any, _record: Any, loan: PoolProxiedConnection) -> None:
        loans.append((loan, line_that_took_it()))

    event.listen(engine, "checkout", note)
    yield
    event.remove(engine, "checkout", note)
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]  # what was returned is no longer valid
    for loan, _ in in_use:
        loan.invalidate()  # closes it, so that its locks go, and gives its place in the pool to the next test
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)


LIBRARIES = {"sqlalchemy", *sys.stdlib_module_names}  # engine.begin() comes through contextlib


def line_that_took_it() -> str:
    """Return "file:line" of the innermost frame outside of SQLAlchemy and the standard library."""
    frame: Any = sys._getframe(2)  # two frames are ours: this function and the listener
    # By module, not by path: some of SQLAlchemy's functions are generated, and have no file.
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
