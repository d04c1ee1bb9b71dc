"""The answer key of "Leaks", shown on the real library; the collector is off unless a proof calls it."""

import gc
import sys
import time
import traceback
from threading import Thread
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

ENGINES = []


@pytest.fixture(autouse=True)
def collector_off():
    """Keep the garbage collector away while a proof runs, and clear up after it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()
    while ENGINES:
        ENGINES.pop().dispose()


def store(size=5, overflow=0, **settings):
    """Make an engine that does not wait."""
    engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow, pool_timeout=0, **settings)
    ENGINES.append(engine)
    return engine


def search(engine):
    """Borrow, ask, forget to close."""
    connection = engine.connect()
    return connection.scalar(text("SELECT 39"))


def first_failing_call(function, engine):
    """Call until the pool has nothing left; return the number of the call that failed."""
    for number in range(1, 1000):
        try:
            function(engine)
        except PoolTimeout:
            return number
    return None


def test_first_failing_call():
    """With 4 kept and 2 of overflow, six leaking calls answer and the seventh fails."""
    assert first_failing_call(search, store(size=4, overflow=2)) == 7


def test_four_endings():
    """Only an open transaction makes a cycle, del does not break it, and the collector frees it."""
    engine = store()

    def leave(*statements, commit=False):
        connection = engine.connect()
        for statement in statements:
            connection.execute(text(statement))
        if commit:
            connection.commit()
        del connection
        return engine.pool.checkedout()

    assert [leave(), leave("SELECT 1"), leave("SELECT 1", commit=True), leave("SELECT 1")] == [0, 1, 1, 2]
    gc.collect()
    assert engine.pool.checkedout() == 0


def test_still_holding():
    """A kept exception, a generator at its yield and a committed Connection hold; Sessions at rest and with blocks do not."""
    engines, kept = [store() for _ in range(6)], []
    by_exception, by_generator, by_commit, new_session, ended_session, by_block = engines

    def forget_and_raise():
        connection = by_exception.connect()
        connection.execute(text("SELECT 1"))
        raise LookupError

    def raise_in_a_block():
        with by_block.connect() as connection:
            connection.execute(text("SELECT 1"))
            raise LookupError

    for function in (forget_and_raise, raise_in_a_block):
        try:
            function()
        except LookupError as error:
            kept.append(error)

    def names():
        with by_generator.connect() as connection:
            yield from connection.scalars(text("SELECT 'chair' UNION SELECT 'lamp'"))

    generator = names()
    next(generator)
    connection = by_commit.connect()
    connection.execute(text("SELECT 1"))
    connection.commit()
    unused, used = Session(new_session), Session(ended_session)
    used.execute(text("SELECT 1"))
    used.commit()

    assert [engine.pool.checkedout() for engine in engines] == [1, 1, 1, 0, 0, 0]
    generator.close()
    connection.close()
    unused.close()


def test_why_not_in_production():
    """With the collector on, objects bring the connections back, and neither time nor a setting does."""

    def rest_of_a_request(engine):
        while engine.pool.checkedout():
            [[] for _ in range(10_000)]

    engine = store(pool_recycle=0)  # no age is allowed, and still nothing is taken back
    gc.enable()
    assert first_failing_call(search, engine) == 6  # as in the test: few objects between the calls
    time.sleep(0.2)
    assert first_failing_call(search, engine) == 1

    rest_of_a_request(engine)
    for number in range(5):  # objects that die one by one bring no collector, however many they are
        search(engine)
        for _ in range(100_000):
            len([[]])
        assert engine.pool.checkedout() == number + 1
    another_request = Thread(target=rest_of_a_request, args=[engine])  # its objects count, too
    another_request.start()
    another_request.join()

    for _ in range(20):  # as in production
        search(engine)
        rest_of_a_request(engine)


def test_whose_line(postgres_url):
    """The error hits a faultless caller; PostgreSQL has room; one returned connection, and the same call works."""
    engine = create_engine(postgres_url, pool_size=5, max_overflow=0, pool_timeout=0)
    held = [engine.connect() for _ in range(5)]

    def line_88():
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 1"))

    with pytest.raises(PoolTimeout, match="QueuePool limit of size 5 overflow 0 reached") as caught:
        line_88()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert "sqlalchemy" in frames[-1].filename  # the traceback ends inside SQLAlchemy
    assert [frame.name for frame in frames if frame.filename == __file__][-1] == "line_88"
    assert not isinstance(caught.value, OperationalError)

    direct = create_engine(postgres_url, poolclass=NullPool)
    with direct.connect() as another_program:
        assert another_program.scalar(text("SELECT 1")) == 1
    held.pop().close()
    assert line_88() == 1
    for connection in held:
        connection.close()
    engine.dispose()


def test_the_cure():
    """With the errors kept, only the with block brings every connection back."""

    def unknown(engine, cure=None):
        connection = engine.connect()
        connection.execute(text("SELECT 1"))
        if cure:
            cure(connection)
        raise LookupError

    def unknown_in_a_block(engine):
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            raise LookupError

    def out_after_five(engine, function, *cure):
        lent, errors = [], []
        event.listen(engine, "checkout", lambda *_: lent.append(1))
        event.listen(engine, "checkin", lambda *_: lent.pop())
        for _ in range(5):
            try:
                function(engine, *cure)
            except LookupError as error:
                errors.append(error)
        return len(lent)

    assert out_after_five(store(), unknown_in_a_block) == 0
    assert out_after_five(store(), unknown) == 5
    assert out_after_five(store(), unknown, lambda _: gc.collect()) == 5
    assert out_after_five(store(), unknown, lambda connection: connection.commit()) == 5
    assert out_after_five(create_engine("sqlite:///store.db", poolclass=NullPool), unknown) == 5

    gc.enable()
    large, errors = store(size=50), []
    for _ in range(51):
        try:
            unknown(large)
        except (LookupError, PoolTimeout) as error:
            errors.append(error)
    assert [type(error) for error in errors] == [LookupError] * 50 + [PoolTimeout]  # no collector frees what they keep

    # Where nothing is kept, a bigger pool hides the leak: what was forgotten brings the collector.
    if sys.version_info < (3, 14):  # whose collector takes small steps, and comes later
        assert first_failing_call(search, store(size=500)) is None
    gc.collect()  # begin to count anew
    assert first_failing_call(search, store(size=5)) == 6
    gc.disable()
    assert first_failing_call(search, store(size=50)) == 51


def test_life_of_a_leak():
    """The loan outlives the function and another caller's patience; the collector brings the connection back, not the order."""
    engine, steps = store(size=1), []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (product TEXT)"))
    for moment in ("checkout", "begin", "reset", "checkin"):
        event.listen(engine, moment, lambda *_, moment=moment: steps.append(moment))

    def order():
        engine.connect().execute(text("INSERT INTO orders VALUES ('lamp')"))

    order()
    steps.append("returned")
    with pytest.raises(PoolTimeout):
        engine.connect()
    steps.append("TimeoutError")
    gc.collect()

    assert steps == ["checkout", "begin", "returned", "TimeoutError", "reset", "checkin"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM orders")) == 0


def status_and_in_use(dependency, engine):
    """Ask a store with this dependency for a lamp, for what it does not have, and for a mistake; look after each."""
    app = FastAPI()

    @app.get("/products/{name}")
    def product(name: str, connection: Annotated[Connection, Depends(dependency)]) -> str:
        connection.execute(text("SELECT 1"))
        if name == "unicorn":
            raise HTTPException(404)
        return {"lamp": "a lamp"}[name]

    shop = TestClient(app, raise_server_exceptions=False)
    return [
        (shop.get(f"/products/{name}").status_code, engine.pool.checkedout()) for name in ("lamp", "unicorn", "chair")
    ]


def test_after_yield():
    """FastAPI throws the exception in at the `yield`: a plain line after it is skipped, `with` and `finally` are not."""
    by_line, by_block, by_finally = store(), store(), store()
    seen = []

    def line():
        connection = by_line.connect()
        try:
            yield connection
        except BaseException as error:  # looks on, and lets it pass
            seen.append(type(error).__name__)
            raise
        connection.close()

    def block():
        with by_block.connect() as connection:
            yield connection

    def finally_():
        connection = by_finally.connect()
        try:
            yield connection
        finally:
            connection.close()

    assert status_and_in_use(line, by_line) == [(200, 0), (404, 1), (500, 2)]
    assert seen == ["HTTPException", "KeyError"]
    assert status_and_in_use(block, by_block) == [(200, 0), (404, 0), (500, 0)]
    assert status_and_in_use(finally_, by_finally) == [(200, 0), (404, 0), (500, 0)]
