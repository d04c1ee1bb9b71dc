"""The store's conftest.py: every test finds the same two products, nothing hangs, a connection in use is noticed.

`database_url` is a fixture that is there already: the address of a PostgreSQL database without tables.
The checker runs small tests of the store with these fixtures. Grade yourself with `pytest exercises -k pools_in_tests`.
"""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from sqlalchemy import Engine, StaticPool, create_engine
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


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Give all tests one engine, on tables with two products; after the last test drop the tables and dispose of the engine."""
    # TODO 1: the database of `database_url`, with the pool of the running store.
    # TODO 5: after the last test another program may still hold a lock on the tables. Wait for it at most one second (less will do,
    # and the limit may hold for every connection), fail with any error, dispose all the same, and let the other program live.
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Product(name="chair", stock=10), Product(name="lamp", stock=1)])
        session.commit()
    return engine


@pytest.fixture
def session(engine: Engine) -> Session:
    """Give a test its session; when the test ends, what was committed in it is gone and its connection is returned."""
    # TODO 2: a commit is a commit, and the next test finds it.
    return Session(engine)


@pytest.fixture
def client(session: Session) -> TestClient:
    """Give a client of the store that works on what `session` sees; when the test ends, the store is as it was before."""
    # TODO 3: the next test has no client, and finds a store that is not the running one. (No other fixture overrides anything:
    # `clear()` will do.) A request works in `session` itself, and does not close it.
    app.dependency_overrides[get_session] = lambda: session
    return TestClient(app)


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> None:
    """Fail each test that does not return a connection of `engine`, even if Python's garbage collector returns it.

    The failure names the line that took it, as in "orders.py:12": the innermost one that belongs neither to SQLAlchemy nor
    to Python's own library. The next test finds no connection in use, neither in the pool nor on the server, and no listener more.
    """
    # TODO 4: an event of the pool tells of each checkout and hands over the loan. What is in use at the end may be invalidated or closed.
