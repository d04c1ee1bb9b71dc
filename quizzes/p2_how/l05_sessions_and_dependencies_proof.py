"""The answer key of `sessions_and_dependencies`, executed: one proof per question, on the real libraries."""

import asyncio
import gc
from inspect import signature
from typing import Annotated

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

ONE = text("SELECT 1")


class Base(DeclarativeBase):
    """What the store keeps."""


class Product(Base):
    """One product."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]


def make_store(**settings):
    """Make an engine on a database that has a lamp."""
    engine = create_engine("sqlite:///store.db", **settings)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Product(name="lamp", price=39))
        session.commit()
    return engine


def by_block(engine):
    """Make the dependency that closes its session in a block."""

    def block():
        with Session(engine) as session:
            yield session

    return block


class Watched:
    """Note what is in use when an answer starts."""

    def __init__(self, app, engine):
        self.app, self.engine, self.held, self.other = app, engine, None, None

    async def __call__(self, scope, receive, send):
        again = dict(scope)

        async def nobody(message): ...

        async def look(message):
            if message["type"] == "http.response.start":
                self.held = self.engine.pool.checkedout()
                if self.other:
                    await self.app(again, receive, nobody)
            await send(message)

        await self.app(scope, receive, look)


def test_session_steps():
    """A session takes a connection at a query, and a look at what `commit()` has expired is one; a Connection's commit keeps it."""
    engine = make_store()
    taken = []
    event.listen(engine, "checkout", lambda *_: taken.append(1))
    session, seen = Session(engine), []
    seen.append(engine.pool.checkedout())
    lamp = session.get(Product, "lamp")
    seen.append(engine.pool.checkedout())
    session.commit()
    seen.append(engine.pool.checkedout())
    assert lamp.price == 39
    seen.append(engine.pool.checkedout())
    assert seen == [0, 1, 0, 1]
    assert len(taken) == 2
    session.close()

    with engine.connect() as connection:
        connection.execute(ONE)
        connection.commit()
        assert engine.pool.checkedout() == 1
    engine.dispose()


def order_with_a_receipt(commits):
    """Let seven orders come before the first receipt is written, with a pool of five; return who was refused, and what is left in use."""
    engine = make_store(pool_size=5, max_overflow=0, pool_timeout=0)
    app, held = FastAPI(), []

    @app.post("/orders")
    async def order(session: Annotated[Session, Depends(by_block(engine))], tasks: BackgroundTasks) -> None:
        session.scalar(ONE)
        tasks.add_task(send_receipt)
        if commits:
            session.commit()

    async def send_receipt():
        held.append(engine.pool.checkedout())
        if len(held) < answered:
            await asyncio.Event().wait()  # it takes longer than the others wait

    answered = 8  # never: nobody's receipt is done while orders come
    refused = []

    async def all_at_once():
        async def one():
            scope = {
                "type": "http",
                "method": "POST",
                "path": "/orders",
                "headers": [],
                "query_string": b"",
                "root_path": "",
            }

            async def receive():
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(_): ...

            try:
                await app(scope, receive, send)
            except PoolTimeout:
                refused.append(1)

        orders = [asyncio.create_task(one()) for _ in range(7)]
        while len(held) + len(refused) < 7:
            await asyncio.sleep(0)
        for task in orders:
            task.cancel()
        await asyncio.gather(*orders, return_exceptions=True)

    asyncio.run(all_at_once())
    left = engine.pool.checkedout()
    engine.dispose()
    return len(refused), max(held), left


def test_slow_receipts():
    """Seven orders whose receipts are not done: five hold a connection and two are refused; with a commit none is. Nothing leaks."""
    assert order_with_a_receipt(commits=False) == (2, 5, 0)
    assert order_with_a_receipt(commits=True) == (0, 0, 0)


def test_told_saved():
    """The client has its 201 when the commit after the `yield` fails; a commit in the endpoint is a 500."""
    engine, raised = make_store(), []

    def late():
        with Session(engine) as session:
            yield session
            try:
                session.commit()
            except IntegrityError as error:
                raised.append(error)
                raise

    app = FastAPI()

    @app.post("/late", status_code=201)
    def order(session: Annotated[Session, Depends(late)]) -> str:
        session.add(Product(name="lamp", price=1))  # there is one
        return "saved"

    @app.post("/early", status_code=201)
    def order_early(session: Annotated[Session, Depends(by_block(engine))]) -> str:
        session.add(Product(name="lamp", price=1))
        session.commit()
        return "saved"

    shop = TestClient(app, raise_server_exceptions=False)
    answer = shop.post("/late")
    assert (answer.status_code, answer.json(), len(raised)) == (201, "saved", 1)
    assert shop.post("/early").status_code == 500
    with pytest.raises(IntegrityError):  # nobody swallows it: it reaches the server
        TestClient(app).post("/late")
    with Session(engine) as session:
        assert session.get_one(Product, "lamp").price == 39
    engine.dispose()


def moments_of(**how):
    """Note the moments of one request with a task, each with what is in use."""
    engine, told = make_store(), []

    def note(moment):
        told.append((moment, engine.pool.checkedout()))

    def block():
        with Session(engine) as session:
            note("made")
            yield session
        note("ended")

    app = FastAPI()

    @app.get("/")
    def ask(session: Annotated[Session, Depends(block, **how)], tasks: BackgroundTasks) -> None:
        session.scalar(ONE)
        note("query")
        tasks.add_task(note, "task")
        note("return")

    async def watched(scope, receive, send):
        async def look(message):
            if message["type"] == "http.response.start":
                note("answer")
            await send(message)

        await app(scope, receive, look)

    TestClient(watched).get("/")
    engine.dispose()
    return told


def test_moments():
    """The dependency ends after the answer and the task, and holds its connection until then; `scope="function"` is for 0.121."""
    assert moments_of() == [("made", 0), ("query", 1), ("return", 1), ("answer", 1), ("task", 1), ("ended", 0)]
    if "scope" in signature(Depends).parameters:
        early = [("made", 0), ("query", 1), ("return", 1), ("ended", 0), ("answer", 0), ("task", 0)]
        assert moments_of(scope="function") == early
    else:
        with pytest.raises(TypeError):
            moments_of(scope="function")


def test_nothing_in_use():
    """Only what ends the transaction after the last look at the lamp leaves nothing in use when the answer starts."""

    def read_then_commit(session, lamp):
        price = lamp.price
        session.commit()
        return price

    def commit_then_read(session, lamp):
        session.commit()
        return lamp.price

    def read_then_close(session, lamp):
        price = lamp.price
        session.close()
        return price

    def only_read(session, lamp):
        return lamp.price

    def read_then_rollback(session, lamp):
        price = lamp.price
        session.rollback()
        return price

    def read_then_delete(session, lamp):
        price = lamp.price
        del lamp, session
        return price

    engine = make_store()

    def held_by(goes_on):
        app = FastAPI()

        @app.get("/")
        def show(session: Annotated[Session, Depends(by_block(engine))]) -> int:
            return goes_on(session, session.get(Product, "lamp"))

        watched = Watched(app, engine)
        assert TestClient(watched).get("/").json() == 39
        return watched.held

    endings = [read_then_commit, commit_then_read, read_then_close, only_read, read_then_rollback, read_then_delete]
    assert [held_by(ending) for ending in endings] == [0, 1, 0, 1, 0, 1]
    assert engine.pool.checkedout() == 0
    engine.dispose()


def test_one_basket_for_two():
    """Two requests under way at once have one scoped session, so that one's rollback undoes the other's order."""
    engine = make_store()
    scoped, got = scoped_session(sessionmaker(engine)), []

    async def of_the_thread():
        yield scoped()
        scoped.remove()

    def shop_with(dependency):
        app = FastAPI()

        @app.get("/")
        async def order(session: Annotated[Session, Depends(dependency)]) -> None:
            got.append(session)
            if len(got) == 1:
                session.add(Product(name="stool", price=5))
                session.flush()
            else:
                session.rollback()

        watched = Watched(app, engine)
        watched.other = True  # the second comes while the first one's answer goes out
        return TestClient(watched)

    shop_with(of_the_thread).get("/")
    assert got[0] is got[1]
    got.clear()
    shop_with(by_block(engine)).get("/")
    assert got[0] is not got[1]
    engine.dispose()


def test_mixed_day():
    """A plain line after the `yield` is skipped by each exception, also by that of an answer which does not fit; a block is not."""
    engine = make_store()

    def line():
        session = Session(engine)
        yield session
        session.close()

    def day(dependency):
        app = FastAPI()

        @app.get("/{kind}")
        def answer(kind: str, session: Annotated[Session, Depends(dependency)]) -> int:
            session.scalar(ONE)
            if kind == "missing":
                raise HTTPException(404)
            return {"fine": 1, "failing": 0, "text": "no number"}[kind] or 1 // 0

        shop, before = TestClient(app, raise_server_exceptions=False), engine.pool.checkedout()
        kinds = ["fine"] * 6 + ["missing"] * 2 + ["failing", "text"]
        statuses = [shop.get(f"/{kind}").status_code for kind in kinds]
        assert statuses == [200] * 6 + [404] * 2 + [500] * 2
        return engine.pool.checkedout() - before

    gc.disable()
    try:
        assert (day(line), day(by_block(engine))) == (4, 0)
    finally:
        gc.enable()
        gc.collect()
    engine.dispose()
