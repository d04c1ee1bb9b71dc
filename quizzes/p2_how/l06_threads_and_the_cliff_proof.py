"""The answer key of `threads_and_the_cliff`, executed: bursts that line up by events, on FastAPI and SQLAlchemy."""

import asyncio
import contextlib
from inspect import signature
from threading import Barrier, Semaphore, Thread
from typing import Annotated

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter
from bursts import Found, ask, burst, tutorial_store
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


@pytest.fixture
def engine():
    """Give an engine with the defaults: 5 + 10 connections, 30 seconds."""
    engine = create_engine("sqlite:///store.db")
    yield engine
    engine.dispose()


def test_smallest_crowd(engine):
    """16, 41 and 54 requests are all answered; 55 stand still, with every thread taken and every connection held."""
    store = tutorial_store(engine)
    assert [burst(store, number, engine).all_answered for number in (16, 41, 54)] == [True] * 3
    assert burst(store, 55, engine).stood_still == (40, 15, 15)


def test_moved_cliff():
    """With 20 + 5 connections 64 are answered, also 60 and 26, and 65 stand still."""
    engine = create_engine("sqlite:///store.db", pool_size=20, max_overflow=5)
    store = tutorial_store(engine)
    assert [burst(store, number, engine).all_answered for number in (26, 60, 64)] == [True] * 3
    assert burst(store, 65, engine).stood_still == (40, 25, 25)
    engine.dispose()


def test_no_query_runs(engine):
    """All queries are answered, and one more thread is all that was missing: then everybody is answered, and nothing leaks."""
    stuck = burst(tutorial_store(engine), 55, engine)
    assert stuck.stood_still == (40, 15, 15)
    assert set(stuck.answers) == {200}
    assert engine.pool.checkedout() == 0
    unchecked = (
        FastAPI()
    )  # the same without a check of the answer: no third thread, and no cliff, so it is not the exit

    def get_session():
        with Session(engine) as session:
            yield session

    @unchecked.get("/products")
    def search(session: Annotated[Session, Depends(get_session)]):
        return {"number": session.scalar(text("SELECT 1"))}

    assert burst(unchecked, 60, engine).all_answered


def store_of(dependency, endpoint):
    """Build a store of one endpoint."""
    app = FastAPI()

    @app.get("/products", response_model=Found)
    def search(session: object = Depends(dependency)):
        return endpoint(session)

    return app


def find(session):
    """Search as the tutorial does."""
    return {"number": session.scalar(text("SELECT 1"))}


def test_what_takes_it_away(engine):
    """Three ways let a crowd through; the commit after `yield`, fewer threads, another scope and a semaphore in a thread do not."""

    def get_session():
        with Session(engine) as session:
            yield session

    def commits(session):
        answer = find(session)
        session.commit()
        return answer

    def opens(_):
        with Session(engine) as session:
            return find(session)

    fifteen = anyio.Semaphore(15)

    async def admitted():
        async with fifteen:
            yield

    def get_admitted(_: None = Depends(admitted)):
        with Session(engine) as session:
            yield session

    assert burst(store_of(get_session, commits), 300, engine).all_answered
    assert burst(store_of(lambda: None, opens), 120, engine).all_answered
    assert burst(store_of(get_admitted, find), 300, engine).all_answered
    if "max_concurrency" in signature(Depends).parameters:  # since FastAPI 0.163
        assert burst(tutorial_store(engine, max_concurrency=15), 300, engine).all_answered

    def commits_late():
        with Session(engine) as session:
            yield session
            session.commit()

    assert burst(store_of(commits_late, find), 55, engine).stood_still == (40, 15, 15)
    assert burst(store_of(get_session, find), 30, engine, threads=15).stood_still == (15, 15, 15)
    if "scope" in signature(Depends).parameters:  # since FastAPI 0.121
        assert burst(tutorial_store(engine, scope="function"), 55, engine).stood_still == (40, 15, 15)
    in_a_thread = Semaphore(15)

    def waits_in_a_thread():
        with in_a_thread, Session(engine) as session:
            yield session

    store = store_of(waits_in_a_thread, find)
    assert burst(store, 54, engine).all_answered
    assert burst(store, 55, engine).stood_still == (
        40,
        15,
        0,
    )  # before any query: who holds the semaphore waits for a thread


class Base(DeclarativeBase):
    """The objects of these proofs."""


class Product(Base):
    """A product."""

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)


def test_held_when(engine):
    """A session holds nothing when it is new, one after a flush, nothing after a commit, and one again after a refresh."""
    Base.metadata.create_all(engine)
    session, product = Session(engine), Product(id=1)
    held = [engine.pool.checkedout()]
    for step in (lambda: (session.add(product), session.flush()), session.commit, lambda: session.refresh(product)):
        step()
        held.append(engine.pool.checkedout())
    session.close()
    assert held == [0, 1, 0, 1]


def test_one_request(engine):
    """Three threads are taken, one after another; the connection is taken in the second and is in use at the third."""
    seen = []

    def get_session():
        with Session(engine) as session:
            seen.append(("session made", engine.pool.checkedout()))
            yield session
        seen.append(("session ended", engine.pool.checkedout()))

    app = FastAPI()

    class Checked(Found):
        def __init__(self, **values):
            seen.append(("checked", engine.pool.checkedout()))
            super().__init__(**values)

    @app.get("/products", response_model=Checked)
    def search(session: Annotated[Session, Depends(get_session)]):
        answer = find(session)
        seen.append(("search returns", engine.pool.checkedout()))
        return answer

    assert burst(app, 1, engine).all_answered
    assert seen == [("session made", 0), ("search returns", 1), ("checked", 1), ("session ended", 0)]


def test_ping_waits(engine):
    """While fifty searches are served, a `def` ping waits and an `async def` one does not; the searches all end."""
    store = tutorial_store(engine)

    @store.get("/ping")
    def ping():
        return "pong"

    @store.get("/async-ping")
    async def async_ping():
        return "pong"

    seen = []

    async def watch():
        assert current_default_thread_limiter().statistics().borrowed_tokens == 40
        answers = {path: asyncio.create_task(ask(store, path)) for path in ("/ping", "/async-ping")}
        assert await answers["/async-ping"] == 200
        await asyncio.sleep(0.05)
        seen.append({path: one.done() for path, one in answers.items()})

    assert burst(store, 50, engine, meanwhile=watch).all_answered
    assert seen == [{"/ping": False, "/async-ping": True}]


def exports(times, connections, each, patience=20):
    """Run so many exports at once that hold all but one of their connections before they ask for the last; say whether all end."""
    engine = create_engine("sqlite:///store.db", pool_size=connections, max_overflow=0, pool_timeout=patience)
    ready, failed = Barrier(times), []

    def export():
        with contextlib.ExitStack() as stack:
            for _ in range(each - 1):
                stack.enter_context(engine.connect())
            ready.wait()
            try:
                stack.enter_context(engine.connect())
            except PoolTimeout:
                failed.append(1)

    threads = [Thread(target=export) for _ in range(times)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    engine.dispose()
    return not failed


def test_two_each():
    """Ten exports of two connections each: 10 are too few, 11 are enough, and so are 15 and 20."""
    assert not exports(10, 10, 2, patience=0.3)
    assert all(exports(10, connections, 2) for connections in (11, 15, 20))
