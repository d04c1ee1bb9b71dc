"""The bursts that readers play with go as they do on FastAPI and SQLAlchemy, which get the same ones here."""

from collections.abc import Iterator
from inspect import getsource
from pathlib import Path
from typing import Annotated, Any

import fastapi.concurrency
import fastapi.routing
import pytest
from bursts import Found, burst, tutorial_store
from fastapi import Depends, FastAPI
from sqlalchemy import Engine, QueuePool, create_engine, text
from sqlalchemy.orm import Session

from poolschool.measure.javascript import Module


@pytest.fixture(scope="module")
def model() -> Iterator[Module]:
    """Keep docs/assets/pool/hops.js loaded in Node."""
    with Module(Path(__file__).with_name("cliff_bursts.mjs")) as module:
        yield module


def engine_with(folder: Path, connections: int) -> Engine:
    """Make an engine that may open so many connections."""
    return create_engine(f"sqlite:///{folder / 'store.db'}", pool_size=connections, max_overflow=0)


def committing_store(engine: Engine) -> FastAPI:
    """Build the tutorial's store with a commit before the return."""

    def get_session() -> Any:
        with Session(engine) as session:
            yield session

    app = FastAPI()

    @app.get("/products", response_model=Found)
    def search(session: Annotated[Session, Depends(get_session)]) -> Any:
        answer = {"number": session.scalar(text("SELECT 1"))}
        session.commit()
        return answer

    return app


@pytest.mark.parametrize(
    ("threads", "connections"), [(1, 1), (4, 3), (3, 5), (8, 2), (5, 5), (40, 15), (40, 40), (15, 15)]
)
def test_the_smallest_standstill_is_the_real_one(threads: int, connections: int, model: Module, tmp_path: Path) -> None:
    """One request below threads + connections is served; that many, and some more, stand still with the same numbers waiting."""
    engine = engine_with(tmp_path, connections)
    store = tutorial_store(engine)
    cliff = threads + connections
    for number in (cliff - 1, cliff, cliff + 3):
        real = burst(store, number, engine, threads=threads).stood_still
        told = model.call(
            "burst", {"threads": threads, "connections": connections, "pattern": "tutorial", "number": number}
        )
        assert told == (list(real) if real else None), number
        assert (told is None) == (number < cliff)
    engine.dispose()


def test_both_cures_are_real(model: Module, tmp_path: Path) -> None:
    """With a commit before the return, and with max_concurrency, every number of requests is served, by the model and in FastAPI."""
    engine = engine_with(tmp_path, 3)
    stores = {"commit": committing_store(engine), "admit": tutorial_store(engine, max_concurrency=3)}
    for pattern, store in stores.items():
        for number in (6, 7, 40):
            given = {"threads": 4, "connections": 3, "pattern": pattern, "number": number}
            assert model.call("burst", given) is None
            assert burst(store, number, engine, threads=4).all_answered
    engine.dispose()


def test_the_page_names_the_functions_that_do_it() -> None:
    """threads_and_the_cliff: the three waits for a thread, the exit that needs none, and the wait inside the pool are where it says."""
    routing, concurrency = fastapi.routing, fastapi.concurrency
    assert "run_in_threadpool(\n                field.validate" in getsource(routing.serialize_response)
    assert "run_in_threadpool(" in getsource(routing.run_endpoint_function)
    entry, _, leaving = getsource(concurrency.contextmanager_in_threadpool).partition("yield")
    assert "exit_limiter = CapacityLimiter(1)" in entry
    assert "run_in_threadpool(cm.__enter__)" in getsource(concurrency.contextmanager_in_threadpool)
    assert "limiter=exit_limiter" in leaving
    assert "self._pool.get(wait, self._timeout)" in getsource(QueuePool._do_get)
