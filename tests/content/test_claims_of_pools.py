"""What pages say of the pool's rules beyond their fences is so: who waits, what is counted, what is logged."""

import gc
import logging
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the address of an empty SQLite file."""
    return f"sqlite:///{tmp_path / 'store.db'}"


def count(engine: Engine, moment: str) -> list[int]:
    """Return a list that has one entry more after each such event of the pool."""
    seen: list[int] = []
    event.listen(engine, moment, lambda *_: seen.append(1))
    return seen


def pool_of(engine: Engine) -> QueuePool:
    """Give the engine's pool, with the methods of a QueuePool."""
    assert isinstance(engine.pool, QueuePool)
    return engine.pool


def test_a_pool_closes_connections_while_others_wait(url: str) -> None:
    """engine_and_pool: three return while three wait; one at least is closed, and as many wait on below the maximum."""
    engine = create_engine(url, pool_size=1, max_overflow=2)
    closed, three = count(engine, "close"), [engine.connect() for _ in range(3)]
    served: list[int] = []
    done = Event()

    def wait() -> None:
        with engine.connect():
            served.append(1)
            done.wait()

    crowd = [Thread(target=wait) for _ in three]
    for waiter in crowd:
        waiter.start()
    queue: Any = pool_of(engine)._pool
    while len(queue.not_empty._waiters) < 3:
        done.wait(0.01)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(10)  # seconds: the woken one runs only when this thread has to wait
    for connection in three:
        connection.close()
    sys.setswitchinterval(interval)
    assert 1 <= len(closed) <= 2
    while len(served) < 3 - len(closed):
        done.wait(0.01)
    done.wait(0.2)
    assert len(served) == 3 - len(closed)  # nobody tells the others that there is room
    assert pool_of(engine).overflow() < 2
    done.set()
    for waiter in crowd:
        waiter.join()
    assert len(served) == 3
    engine.dispose()


def test_without_overflow_nothing_is_closed(url: str) -> None:
    """engine_and_pool: with `max_overflow=0` no more than `pool_size` are ever idle, so none is closed when it is returned."""
    engine = create_engine(url, pool_size=3, max_overflow=0)
    closed = count(engine, "close")
    for connection in [engine.connect() for _ in range(3)]:
        connection.close()
    assert closed == []
    engine.dispose()


def test_a_bad_time_out_fails_when_nothing_more_may_be_opened(url: str) -> None:
    """engine_and_pool: the first checkout opens a connection; the second fails, though one is idle and nobody waits."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=-1)
    engine.connect().close()
    assert pool_of(engine).checkedin() == 1
    with pytest.raises(ValueError, match="must be a positive number"):
        engine.connect()
    engine.dispose()


@pytest.mark.parametrize(("settings", "opened"), [({}, 1), ({"pool_recycle": 0}, 2)])
def test_by_default_an_idle_connection_is_used_again(url: str, settings: dict[str, Any], opened: int) -> None:
    """why_pooling, glossary: by default nothing is opened while one is idle; with `pool_recycle` something may be."""
    engine = create_engine(url, **settings)
    seen = count(engine, "connect")
    engine.connect().close()
    Event().wait(0.02)  # the connection ages
    before = len(seen)
    engine.connect().close()
    assert len(seen) - before == opened - 1
    engine.dispose()


def test_what_is_detached_or_survives_a_dispose_is_not_counted(url: str) -> None:
    """settings: the maximum is that of the pool; what is detached, or in use at a `dispose()`, comes on top."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0)
    opened, closed = count(engine, "connect"), count(engine, "close")
    detached = engine.connect()
    detached.detach()
    in_use = engine.connect()
    engine.dispose()
    third = engine.connect()
    assert (len(opened), len(closed)) == (3, 0)
    for connection in (detached, in_use, third):
        connection.close()
    engine.dispose()


def test_an_invalidated_connection_is_no_longer_in_use(url: str) -> None:
    """glossary: a Connection has one in use until it is closed or invalidated."""
    engine = create_engine(url)
    connection = engine.connect()
    connection.invalidate()
    assert pool_of(engine).checkedout() == 0
    connection.close()
    engine.dispose()


def test_a_session_on_a_connection_does_not_return_it(url: str) -> None:
    """leaks, glossary: only a Session bound to an engine returns its connection."""
    engine = create_engine(url)
    with engine.connect() as connection:
        session = Session(connection)
        session.execute(text("SELECT 1"))
        session.commit()
        session.close()
        assert pool_of(engine).checkedout() == 1
    engine.dispose()


LOGGED = ("Created new", "checked out", "being returned", "Invalidate", "recycling", "Closing", "disposed")


@pytest.mark.parametrize(
    ("echo", "expected"),
    [(True, {"Invalidate", "recycling", "disposed"}), ("debug", set(LOGGED))],
)
def test_what_echo_pool_logs(url: str, caplog: pytest.LogCaptureFixture, echo: Any, expected: set[str]) -> None:
    """settings: `True` logs what is recycled, invalidated or disposed of; "debug" the rest as well."""
    logger = logging.getLogger("sqlalchemy.pool")
    logger.addHandler(caplog.handler)
    engine = create_engine(url, echo_pool=echo, pool_recycle=0, pool_logging_name=f"echo {echo}")
    engine.connect().close()
    Event().wait(0.02)
    with engine.connect() as connection:
        connection.invalidate()
    engine.connect().close()
    engine.dispose()
    logger.removeHandler(caplog.handler)
    assert {words for words in LOGGED if words in caplog.text} == expected


class Order(BaseModel):
    """A body that has to be validated."""

    number: int


SCOPES = [{}, {"scope": "function"}] if "scope" in signature(Depends).parameters else [{}]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_when_a_dependency_takes_and_returns_its_connection(url: str, scope: dict[str, Any]) -> None:
    """why_pooling, leaks: it takes one before the body is validated, and returns it after the answer unless told otherwise."""
    engine, app = create_engine(url), FastAPI()
    taken, at_answer = count(engine, "checkout"), []

    def block() -> Iterator[Connection]:
        with engine.connect() as connection:
            yield connection

    @app.post("/orders")
    def order(body: Order, connection: Annotated[Connection, Depends(block, **scope)]) -> None:
        pass

    async def watched(call: Any, receive: Any, send: Any) -> None:
        async def note(message: Any) -> None:
            at_answer.append(pool_of(engine).checkedout())
            await send(message)

        await app(call, receive, note)

    shop = TestClient(watched)
    assert shop.post("/orders", json={"number": "none"}).status_code == 422
    assert taken == [1]
    at_answer.clear()
    assert shop.post("/orders", json={"number": 1}).status_code == 200
    assert set(at_answer) == ({0} if scope else {1})
    engine.dispose()


def test_what_a_listener_raises_at_a_checkin_loses_the_connection(url: str) -> None:
    """After as many failed checkins as there are connections the pool is empty for good, whatever the collector does."""
    engine = create_engine(url, pool_size=2, max_overflow=0, pool_timeout=0)
    event.listen(engine, "checkin", lambda _, record: {}.pop(record))
    for _ in range(2):
        with pytest.raises(KeyError):
            engine.connect().close()
    gc.collect()
    with pytest.raises(PoolTimeout):
        engine.connect()
    engine.dispose()
