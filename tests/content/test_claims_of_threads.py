"""The cliff over real HTTP: uvicorn, FastAPI's defaults, and an engine with the defaults on a real PostgreSQL."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Annotated, Any

import anyio
import httpx
import pytest
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from bursts import Burst, Found, burst
from fastapi import BackgroundTasks, Depends, FastAPI, Response
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from poolschool.database.running import running_url

SOON = 60  # seconds


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application by uvicorn on a free port of this machine, in a thread of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_keep_alive=SOON))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        thread.join(SOON)


class Rush:
    """A store on HTTP whose queries take until everybody has come, and what its event loop sees."""

    def __init__(self, engine: Engine, **depends: Any) -> None:
        self.engine, self.app, self.come, self.query_ends = engine, FastAPI(), [], threading.Event()
        event.listen(engine, "before_cursor_execute", lambda *_: self.query_ends.wait(SOON))
        app, come = self.app, self.come

        @app.middleware("http")
        async def count(request: Any, call_next: Any) -> Any:
            come.append(request.url.path)
            return await call_next(request)

        def get_session() -> Any:
            with Session(engine) as session:
                yield session

        @app.get("/products", response_model=Found)
        def search(session: Annotated[Session, Depends(get_session, **depends)]) -> Any:
            return {"number": session.scalar(text("SELECT 1"))}

        @app.get("/state")
        async def state() -> list[int]:
            now = current_default_thread_limiter().statistics()
            return [now.borrowed_tokens, now.tasks_waiting, engine.pool.checkedout()]  # type: ignore[attr-defined]

        @app.get("/one-more-thread")
        async def one_more_thread() -> None:
            current_default_thread_limiter().total_tokens += 1

    async def send(self, address: str, number: int) -> tuple[list[int] | None, set[int]]:
        """Send so many requests at once; give what was taken when they stood still (or None), and the statuses."""
        self.query_ends.clear()
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, timeout=SOON, limits=limits) as shop:

            async def nobody_moves() -> list[int]:
                seen: list[list[int]] = []
                while len(seen) < 12 or any(one != seen[-1] for one in seen[-12:]):
                    await asyncio.sleep(0.01)
                    seen.append((await shop.get("/state")).json())
                return seen[-1]

            self.come.clear()
            requests = [asyncio.create_task(shop.get("/products")) for _ in range(number)]
            while self.come.count("/products") < number:
                await asyncio.sleep(0.01)
            await nobody_moves()
            self.query_ends.set()
            where = await nobody_moves()
            stood_still = where if not all(one.done() for one in requests) and where[0] else None
            if stood_still:
                await shop.get("/one-more-thread")
            return stood_still, {one.status_code for one in await asyncio.gather(*requests)}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Give an engine with the defaults on a real PostgreSQL."""
    engine = create_engine(running_url())
    yield engine
    engine.dispose()


def test_over_http_54_are_answered_and_55_stand_still(engine: Engine) -> None:
    """threads_and_the_cliff: 54 at once are answered; 55 take all 40 threads and 15 connections, until one more thread ends it."""
    rush = Rush(engine)
    with served(rush.app) as address:
        assert asyncio.run(rush.send(address, 54)) == (None, {200})
        assert asyncio.run(rush.send(address, 55)) == ([40, 15, 15], {200})


def test_over_http_a_crowd_is_answered_with_max_concurrency(engine: Engine) -> None:
    """threads_and_the_cliff: `Depends(get_session, max_concurrency=15)` lets a crowd of twice the cliff through."""
    rush = Rush(engine, max_concurrency=15)
    with served(rush.app) as address:
        assert asyncio.run(rush.send(address, 110)) == (None, {200})


def test_without_another_thread_only_the_time_out_ends_it() -> None:
    """threads_and_the_cliff: with `pool_timeout` the 55 get answers and errors."""
    engine = create_engine(running_url(), pool_timeout=1)
    rush = Rush(engine)
    rush.query_ends.set()

    async def send() -> list[int]:
        threads = current_default_thread_limiter()
        store = httpx.ASGITransport(rush.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=store, base_url="http://store", timeout=SOON) as shop:
            rush.query_ends.clear()
            requests = [asyncio.create_task(shop.get("/products")) for _ in range(55)]
            while threads.statistics().tasks_waiting < 15 or engine.pool.checkedout() < 15:  # type: ignore[attr-defined]
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            rush.query_ends.set()
            return [answer.status_code for answer in await asyncio.gather(*requests)]

    statuses = asyncio.run(send())
    engine.dispose()
    assert set(statuses) == {200, 500}


def test_an_async_session_has_no_cliff() -> None:
    """threads_and_the_cliff: three hundred at once are answered by an AsyncSession in an `async def`, without a thread."""
    engine, app, most = create_async_engine(running_url(), pool_timeout=SOON), FastAPI(), []

    async def get_session() -> Any:
        async with AsyncSession(engine) as session:
            yield session

    @app.get("/products", response_model=Found)
    async def search(session: Annotated[AsyncSession, Depends(get_session)]) -> Any:
        number = await session.scalar(text("SELECT 1"))
        most.append(current_default_thread_limiter().statistics().borrowed_tokens)
        return {"number": number}

    async def send() -> set[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://store", timeout=SOON) as shop:
            answers = await asyncio.gather(*[shop.get("/products") for _ in range(300)])
        await engine.dispose()
        return {answer.status_code for answer in answers}

    assert asyncio.run(send()) == {200}
    assert max(most) == 0


@pytest.fixture
def local() -> Iterator[Engine]:
    """Give an engine with the defaults on a file."""
    engine = create_engine("sqlite:///store.db")
    yield engine
    engine.dispose()


def session_of(engine: Engine, most: int | None = None) -> Any:
    """Make the tutorial's session dependency; with a limit of its own if there is one."""
    limit = anyio.Semaphore(most) if most else None

    async def admitted() -> Any:
        async with limit or contextlib.AsyncExitStack():
            yield

    def get_session(_: Annotated[None, Depends(admitted)]) -> Any:
        with Session(engine) as session:
            yield session

    return get_session


def test_without_a_check_there_is_no_cliff(local: Engine) -> None:
    """threads_and_the_cliff: with `response_model=None`, or a `Response`, 300 at once are answered."""
    plain, response = FastAPI(), FastAPI()
    get_session = session_of(local)

    @plain.get("/products", response_model=None)
    def search(session: Annotated[Session, Depends(get_session)]) -> Any:
        return {"number": session.scalar(text("SELECT 1"))}

    @response.get("/products")
    def respond(session: Annotated[Session, Depends(get_session)]) -> Response:
        return Response(str(session.scalar(text("SELECT 1"))), media_type="application/json")

    assert burst(plain, 300, local).all_answered
    assert burst(response, 300, local).all_answered


def test_a_background_task_waits_for_a_thread_while_the_session_is_open(local: Engine) -> None:
    """threads_and_the_cliff: an unchecked answer with a `def` task stands still at 55; `scope="function"` takes that wait away."""

    def with_task(**depends: Any) -> Burst:
        app = FastAPI()

        @app.get("/products", response_model=None)
        def search(session: Annotated[Session, Depends(session_of(local), **depends)], tasks: BackgroundTasks) -> Any:
            tasks.add_task(lambda: None)
            return {"number": session.scalar(text("SELECT 1"))}

        return burst(app, 55, local)

    assert with_task().stood_still
    if "scope" in signature(Depends).parameters:  # since FastAPI 0.121
        assert with_task(scope="function").all_answered


def test_the_sum_of_several_limits_decides(local: Engine) -> None:
    """threads_and_the_cliff: four limits of 13 let a crowd through, four of 15 do not."""

    def with_limits(most: int) -> Burst:
        app, turns = FastAPI(), []
        paths = [f"/{number}" for number in range(4)]
        for path in paths:

            @app.get(path, response_model=Found)
            def search(session: Annotated[Session, Depends(session_of(local, most))]) -> Any:
                return {"number": session.scalar(text("SELECT 1"))}

        async def in_turn(scope: Any, receive: Any, send: Any) -> None:
            turns.append(1)
            path = paths[len(turns) % 4]
            await app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

        return burst(in_turn, 80, local)  # type: ignore[arg-type] # an application of four endpoints

    assert with_limits(13).all_answered
    assert with_limits(15).stood_still


def test_a_plain_session_in_an_async_def_makes_the_loop_wait() -> None:
    """threads_and_the_cliff: beyond the pool's size the loop waits for a connection that only it can return, until the time-out."""
    engine, app, on_the_loop = create_engine(running_url(), pool_timeout=0.2), FastAPI(), []

    @app.get("/products", response_model=Found)
    async def search(session: Annotated[Session, Depends(session_of(engine))]) -> Any:
        on_the_loop.append(threading.get_ident())
        return {"number": session.scalar(text("SELECT 1"))}

    with served(app) as address:

        async def send() -> list[int]:
            async with httpx.AsyncClient(base_url=address, timeout=SOON) as shop:
                answers = await asyncio.gather(*[shop.get("/products") for _ in range(40)])
            return [answer.status_code for answer in answers]

        statuses = asyncio.run(send())
    engine.dispose()
    assert set(statuses) == {200, 500}
    assert len(set(on_the_loop)) == 1
