"""Services of shapes that nobody foresaw are read without a traceback, and what is sound in them is no finding."""

import functools
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import inspected
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import JSONResponse
from inspected import ONE, URL, facts_of, found
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Mount, Route


def partials_and_callables() -> FastAPI:
    """Serve by a partial, an object, a method, a lambda and a builtin; depend on an object and a class."""
    app, engine = FastAPI(), create_engine(URL)

    class Repository:
        def __init__(self, size: int = 3) -> None:
            self.size = size

        def ask(self) -> int:
            with Session(engine) as session:
                return int(session.scalar(ONE) or 0)

    class Guard:
        def __call__(self, token: str = "") -> str:
            return token

    def search(limit: int, repository: Annotated[Repository, Depends()], _: Annotated[str, Depends(Guard())]) -> int:
        return repository.ask() + limit

    app.get("/partial")(functools.partial(search, 3))
    app.get("/method")(Repository().ask)
    app.get("/object")(Guard())
    app.get("/lambda", response_model=None)(lambda: 1)
    exec("def made(session: int = 1) -> int:\n    return session", namespace := {})  # noqa: S102 - no source to read
    app.get("/made")(namespace["made"])
    return app


def wrapped() -> FastAPI:
    """Serve by decorated functions, with and without functools.wraps, and by one that is called as another's default."""
    app, get_session, _ = inspected.service()

    def counted(function: Any) -> Any:
        @functools.wraps(function)
        def inner(*arguments: Any, **words: Any) -> Any:
            return function(*arguments, **words)

        return inner

    @app.get("/products")
    @counted
    def search(session: Annotated[Session, Depends(get_session)]) -> int:
        with session.begin():
            return int(session.scalar(ONE) or 0)

    return app


def uncached() -> FastAPI:
    """Take two sessions of one dependency that is not cached."""
    app, get_session, _ = inspected.service()

    @app.get("/report", response_model=None)
    def report(
        one: Annotated[Session, Depends(get_session)],
        other: Annotated[Session, Depends(get_session, use_cache=False)],
    ):
        one.execute(ONE)
        other.execute(ONE)

    return app


def looks_up_who_asks() -> FastAPI:
    """Build the tutorial's shape behind a dependency that raises and names classes of libraries."""
    app, get_session, _ = inspected.service()

    def current(session: Annotated[Session, Depends(get_session)], token: str = "") -> str:
        if session.scalar(ONE) is None:
            raise HTTPException(401)
        return token

    @app.get("/products")
    def search(session: Annotated[Session, Depends(get_session)], _: Annotated[str, Depends(current)]) -> int:
        return int(session.scalar(ONE) or 0)

    return app


def mounted() -> FastAPI:
    """Mount an application with the tutorial's fault under another, beside plain Starlette routes and a router in a router."""
    outer, inner, leaf = inspected.tutorial_that_commits(), APIRouter(), APIRouter()

    @leaf.get("/leaf")
    def leaf_endpoint() -> int:
        return 1

    inner.include_router(leaf, prefix="/inner")
    outer.include_router(inner, prefix="/outer")
    outer.mount("/old", inspected.tutorial())
    outer.router.routes.append(Route("/plain", lambda _request: JSONResponse(1)))
    outer.router.routes.append(Mount("/files", app=JSONResponse(1)))
    return outer


def replicas() -> FastAPI:
    """Write to one engine and read from another, both in use at once: two pools, so nobody waits in a circle."""
    app, writer, reader = FastAPI(), create_engine(URL), create_engine(URL.replace("db.example", "replica.example"))

    def writing() -> Iterator[Session]:
        with Session(writer) as session:
            yield session

    def reading() -> Iterator[Session]:
        with Session(reader) as session:
            yield session

    @app.post("/orders", response_model=None)
    def order(to: Annotated[Session, Depends(writing)], of: Annotated[Session, Depends(reading)]):
        of.execute(ONE)
        to.execute(ONE)

    return app


def registries() -> FastAPI:
    """Use scoped_session, a sessionmaker of AsyncSession, and async sessions that are closed by hand."""
    app = FastAPI()
    registry = scoped_session(sessionmaker(create_engine(URL)))
    old = sessionmaker(create_async_engine(URL).sync_engine, class_=Session)
    new = async_sessionmaker(create_async_engine(URL))

    @app.get("/registry", response_model=None)
    def by_registry():
        try:
            return registry.scalar(ONE)
        finally:
            registry.remove()

    @app.get("/old", response_model=None)
    def by_old():
        with old() as session, session.begin():
            return session.scalar(ONE)

    @app.get("/new", response_model=None)
    async def by_new():
        session = new()
        try:
            return await session.scalar(ONE)
        finally:
            await session.close()

    return app


def admitted() -> FastAPI:
    """Let in only so many by a middleware: of the service's own, and of Starlette's making."""
    import asyncio

    app = inspected.tutorial()
    limit = asyncio.Semaphore(15)

    async def admit(request: Any, call_next: Any) -> Any:
        async with limit:
            return await call_next(request)

    app.add_middleware(BaseHTTPMiddleware, dispatch=admit)
    return app


def socket_with_a_session_for_each_message() -> FastAPI:
    """Answer a websocket from a session for each message."""
    app, sessions = FastAPI(), async_sessionmaker(create_async_engine(URL))

    @app.websocket("/stock")
    async def stock(websocket: WebSocket) -> None:
        async for _ in websocket.iter_text():
            async with sessions() as session:
                value = await session.scalar(ONE)
            await websocket.send_text(str(value))

    @app.get("/products")
    async def search(session: Annotated[AsyncSession, Depends(sessions)]) -> int:
        async with session:
            return int(await session.scalar(ONE) or 0)

    return app


@pytest.mark.parametrize(
    ("make", "rules", "engines"),
    [
        (partials_and_callables, set(), 1),
        (wrapped, set(), 1),
        (uncached, {"two_connections"}, 1),
        (looks_up_who_asks, {"cliff"}, 1),
        (mounted, {"cliff"}, 2),
        (replicas, set(), 2),
        (registries, set(), 3),
        (admitted, set(), 1),
        (socket_with_a_session_for_each_message, set(), 1),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_service_of_an_odd_shape_is_read(make: Any, rules: set[str], engines: int) -> None:
    """All its engines are found, what is wrong is told, and nothing else."""
    app = make()
    assert len(facts_of(app).engines) == engines
    assert set(found(app)) == rules


def test_the_mounted_fault_is_named_by_its_own_path() -> None:
    """The endpoint of a mounted application is named by its path there."""
    assert "GET /products (inspected.py" in found(mounted())["cliff"].evidence


def test_databases_of_one_server_share_its_limit() -> None:
    """Two engines on two databases of a server add up; on two servers each has its own."""
    app, sessions = (
        FastAPI(),
        [
            create_engine(URL, pool_size=50, max_overflow=0),
            create_engine(URL.replace("/store", "/more"), pool_size=50, max_overflow=0),
        ],
    )
    app.state.one, app.state.two = sessions
    told = found(app)
    assert "(50 + 0) + (50 + 0) = 100" in told["over_budget"].evidence
    app.state.two = create_engine(URL.replace("db.example", "other.example"), pool_size=40, max_overflow=0)
    app.state.one = create_engine(URL, pool_size=40, max_overflow=0)
    assert found(app) == {}


def test_a_number_of_threads_that_the_start_sets_is_read() -> None:
    """A lifespan that sets total_tokens to a number moves the cliff; it is read and not run."""
    from contextlib import asynccontextmanager

    from anyio.to_thread import current_default_thread_limiter

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        current_default_thread_limiter().total_tokens = 100
        yield

    tutorial = inspected.tutorial()
    app = FastAPI(lifespan=lifespan)
    app.include_router(tutorial.router)
    assert found(app)["cliff"].breaks_at == 115


SOUND = """
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine({url!r}, pool_size=5, max_overflow=0)
sessions = sessionmaker(engine)
app = FastAPI()


def get_session() -> Iterator[Session]:
    with sessions() as session:
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def rows() -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT 1")))


def batches() -> Iterator[str]:
    for _ in range(3):
        yield from rows()


def receipt(number: int) -> None:
    with transaction() as session:
        session.execute(text("SELECT 1"))


Db = Annotated[Session, Depends(get_session)]


@app.get("/products")
def products(session: Db) -> list[str]:
    found = list(session.scalars(text("SELECT 1")))
    session.close()
    return found


@app.post("/orders")
def order(session: Db, tasks: BackgroundTasks, unused: Annotated[Session | None, Depends(get_session)] = None) -> int:
    with session.begin():
        number = session.scalar(text("SELECT 1"))
    tasks.add_task(receipt, number)
    return number


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(batches())


@app.get("/news")
async def news() -> list[str]:
    return await run_in_threadpool(rows)
"""


def test_a_sound_module_is_silent(tmp_path: Path) -> None:
    """Where everything stands at the top of a module, signatures name what bodies do not: nothing is found."""
    file = tmp_path / "sound_inspected.py"
    file.write_text(SOUND.format(url=URL), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    facts = facts_of(module.app)
    assert (len(facts.endpoints), len(facts.engines)) == (4, 1)
    assert found(module.app) == {}


def test_the_same_module_with_faults_is_told(tmp_path: Path) -> None:
    """Four lines changed for the worse, four findings: the module above is read, and not passed over."""
    worse = SOUND.format(url=URL)
    for line, wrong in (
        ("    session.close()\n    return found", "    return found"),
        ("return StreamingResponse(batches())", "return StreamingResponse(str(row) for row in held())"),
        ("return await run_in_threadpool(rows)", "return rows()"),
        ("def receipt(number: int) -> None:\n    with transaction() as session:\n        session.execute", "def receipt(number: int) -> None:\n    if session := sessions():\n        session.execute"),
        ("def batches()", "def held():\n    with engine.connect() as connection:\n        yield connection.scalar(text('SELECT 1'))\n\n\ndef batches()"),
    ):  # fmt: skip
        assert line in worse
        worse = worse.replace(line, wrong)
    file = tmp_path / "worse_inspected.py"
    file.write_text(worse, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert set(found(module.app)) == {"cliff", "held_while_streaming", "blocks_the_loop", "leaks"}
