"""Small services for `poolschool inspect`: each has one fault, and beside it stands the same without it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from poolschool.measure.inspect.command import Asked, read
from poolschool.measure.inspect.database import read_database
from poolschool.measure.inspect.facts import DatabaseFacts, Facts, ServerProcess
from poolschool.measure.inspect.openings import engine_of
from poolschool.measure.inspect.rules.finding import Finding
from poolschool.measure.inspect.rules.table import findings
from poolschool.measure.inspect.target import Target

URL = "postgresql+psycopg://shop:secret@db.example/store"
ONE = text("SELECT 1")
DATABASE = DatabaseFacts("db.example/store", max_connections=100, reserved=3)


def facts_of(
    thing: Any, server: ServerProcess | None = None, database: DatabaseFacts | None = DATABASE, **more: Any
) -> Facts:
    """Read an application or an engine without a connection, and put what a database would have said beside it."""
    engine = engine_of(thing)
    target = Target("tested", engines={"engine": engine}) if engine else Target("tested", app=thing)
    facts = read(target, Asked(offline=True), Path("/nowhere"), {})
    databases = {
        one.where: replace(database, where=one.where)
        for one in facts.engines
        if database and one.backend == "postgresql"
    }
    return replace(facts, databases=databases, server=server or ServerProcess(), **more)


def read_alone(engine: Engine) -> DatabaseFacts:
    """Ask a real server, and leave out the sessions of tests that run at the same time."""
    return replace(read_database(engine), others={})


def found(thing: Any, **more: Any) -> dict[str, Finding]:
    """Give what is found in an application or an engine, by rule."""
    return {one.rule: one for one in findings(facts_of(thing, **more))}


def service(engine: Engine | None = None) -> tuple[FastAPI, Callable[[], Iterator[Session]], Engine]:
    """Begin a service: an application, the session dependency of FastAPI's tutorial, and their engine of 5 + 10."""
    engine = engine or create_engine(URL)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    return FastAPI(), get_session, engine


def tutorial(engine: Engine | None = None, **depends: Any) -> FastAPI:
    """Build the tutorial's shape: it stands still at 55."""
    app, get_session, _ = service(engine)

    @app.get("/products")
    def search(session: Annotated[Session, Depends(get_session, **depends)]) -> list[int]:
        return list(session.scalars(ONE))

    return app


def tutorial_that_commits() -> FastAPI:
    """Build the same, with the transaction ended in time."""
    app, get_session, _ = service()

    @app.get("/products")
    def search(session: Annotated[Session, Depends(get_session)]) -> list[int]:
        answer = list(session.scalars(ONE))
        session.commit()
        return answer

    return app


def tutorial_that_refreshes() -> FastAPI:
    """Build the same, which takes the connection again after its commit."""
    app, get_session, _ = service()

    @app.post("/products")
    def add(session: Annotated[Session, Depends(get_session)]) -> int:
        product = object()
        session.add(product)
        session.commit()
        session.refresh(product)
        return 1

    return app


def saves(session: Session) -> int:
    """Do what an endpoint asks for, and end the transaction."""
    value = session.scalar(ONE)
    session.commit()
    return int(value or 0)


def asks(session: Session) -> int:
    """Do what an endpoint asks for, and leave the transaction open."""
    return int(session.scalar(ONE) or 0)


def through_a_function(work: Callable[[Session], int]) -> FastAPI:
    """Build an endpoint that hands its session to a function."""
    app, get_session, _ = service()

    @app.get("/products")
    def search(session: Annotated[Session, Depends(get_session)]) -> int:
        return work(session)

    return app


def unchecked() -> FastAPI:
    """Build the tutorial's shape without an answer to check."""
    app, get_session, _ = service()

    @app.get("/products", response_model=None)
    def search(session: Annotated[Session, Depends(get_session)]):
        return session.scalar(ONE)

    return app


def sync_in_async() -> FastAPI:
    """Use a sync session on the event loop."""
    app, get_session, _ = service()

    @app.get("/products")
    async def search(session: Annotated[Session, Depends(get_session)]) -> int:
        return int(session.scalar(ONE) or 0)

    return app


def sync_connection_in_async() -> FastAPI:
    """Take a sync connection on the event loop."""
    app, _, engine = service()

    @app.get("/products")
    async def search() -> int:
        with engine.connect() as connection:
            return int(connection.scalar(ONE) or 0)

    return app


def sync_in_a_thread() -> FastAPI:
    """Use a sync session from `async def`, in a thread."""
    from fastapi.concurrency import run_in_threadpool

    app, _, engine = service()

    @app.get("/products")
    async def search() -> int:
        def ask() -> int:
            with Session(engine) as session:
                return int(session.scalar(ONE) or 0)

        return await run_in_threadpool(ask)

    return app


def asynchronous() -> FastAPI:
    """Build the tutorial's shape with an AsyncSession."""
    app, engine = FastAPI(), create_async_engine(URL)

    async def get_session():
        async with AsyncSession(engine) as session:
            yield session

    @app.get("/products")
    async def search(session: Annotated[AsyncSession, Depends(get_session)]) -> int:
        return int(await session.scalar(ONE) or 0)

    return app


def plain_close() -> FastAPI:
    """Close a session only if all goes well."""
    app, _, engine = service()

    @app.get("/products")
    def search() -> int:
        session = Session(engine)
        value = session.scalar(ONE)
        session.close()
        return int(value or 0)

    return app


def plain_close_after_yield() -> FastAPI:
    """Close a dependency's connection in a plain line after its `yield`."""
    app, _, engine = service()

    def get_connection():
        connection = engine.connect()
        yield connection
        connection.close()

    @app.get("/products", response_model=None)
    def search(connection: Annotated[Any, Depends(get_connection)]):
        return connection.scalar(ONE)

    return app


def never_closed() -> FastAPI:
    """Take a connection and keep no name for it."""
    app, _, engine = service()

    @app.get("/products")
    def search() -> int:
        return int(engine.connect().scalar(ONE) or 0)

    return app


def closed_in_finally() -> FastAPI:
    """Close a session on every way out, by hand; and one by a context manager of the service's own."""
    app, _, engine = service()

    @contextmanager
    def scope() -> Iterator[Session]:
        session = Session(engine)
        try:
            yield session
        finally:
            session.close()

    @app.get("/products")
    def search() -> int:
        session = Session(engine)
        try:
            return int(session.scalar(ONE) or 0)
        finally:
            session.close()

    @app.get("/orders")
    def orders() -> int:
        with scope() as session:
            return int(session.scalar(ONE) or 0)

    return app


def streams_while_open(**depends: Any) -> FastAPI:
    """Send rows while the session of a dependency is open."""
    app, get_session, _ = service()

    @app.get("/orders")
    def orders(session: Annotated[Session, Depends(get_session, **depends)]) -> StreamingResponse:
        def pieces() -> Iterator[str]:
            for row in session.execute(ONE):
                yield str(row)

        session.execute(ONE)
        return StreamingResponse(pieces())

    return app


def streams_inside_a_block() -> FastAPI:
    """Send rows inside the block of a session of the generator's own."""
    app, _, engine = service()

    def pieces() -> Iterator[str]:
        with Session(engine) as session:
            for row in session.execute(ONE):
                yield str(row)

    @app.get("/orders")
    def orders() -> StreamingResponse:
        return StreamingResponse(pieces())

    return app


def streams_what_was_read() -> FastAPI:
    """Read first, then send."""
    app, _, engine = service()

    @app.get("/orders")
    def orders() -> StreamingResponse:
        with Session(engine) as session:
            rows = session.execute(ONE).all()
        return StreamingResponse(str(row) for row in rows)

    return app


def socket(commits: bool) -> FastAPI:
    """Keep a session for a websocket; end its transaction after each message, or not."""
    app, _, engine = asynchronous_parts()

    async def get_session():
        async with AsyncSession(engine) as session:
            yield session

    if commits:

        @app.websocket("/stock")
        async def answer(websocket: WebSocket, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
            async for _ in websocket.iter_text():
                value = await session.scalar(ONE)
                await session.commit()
                await websocket.send_text(str(value))
    else:

        @app.websocket("/stock")
        async def hold(websocket: WebSocket, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
            async for _ in websocket.iter_text():
                await websocket.send_text(str(await session.scalar(ONE)))

    return app


def asynchronous_parts() -> tuple[FastAPI, None, Any]:
    """Begin an async service."""
    return FastAPI(), None, create_async_engine(URL)


def task(commits: bool) -> FastAPI:
    """Add a background task while a session is open, or after its transaction has ended."""
    app, get_session, _ = service()

    if commits:

        @app.post("/orders", response_model=None)
        def order(tasks: BackgroundTasks, session: Annotated[Session, Depends(get_session)]):
            session.execute(ONE)
            session.commit()
            tasks.add_task(print)
    else:

        @app.post("/orders", response_model=None)
        def order_and_hold(tasks: BackgroundTasks, session: Annotated[Session, Depends(get_session)]):
            session.execute(ONE)
            tasks.add_task(print)

    return app


def pay() -> None:
    """Ask the payment service."""
    sleep(0.1)


def pays_inside() -> FastAPI:
    """Ask another service between a query and the end of its transaction."""
    app, _, engine = service()

    @app.post("/orders")
    def order() -> int:
        with Session(engine) as session, session.begin():
            session.execute(ONE)
            pay()
        return 1

    return app


def pays_outside() -> FastAPI:
    """Ask another service between two transactions."""
    app, _, engine = service()

    @app.post("/orders")
    def order() -> int:
        with Session(engine) as session, session.begin():
            session.execute(ONE)
        pay()
        with Session(engine) as session, session.begin():
            session.execute(ONE)
        return 1

    return app


def reports(nested: bool) -> FastAPI:
    """Write a line of a journal in a second session: while the first is open, or afterwards."""
    app, _, engine = service()

    if nested:

        @app.get("/report")
        def report() -> int:
            with Session(engine) as session:
                value = session.scalar(ONE)
                with Session(engine) as journal:
                    journal.execute(ONE)
            return int(value or 0)
    else:

        @app.get("/report")
        def report_in_turn() -> int:
            with Session(engine) as session:
                value = session.scalar(ONE)
            with Session(engine) as journal:
                journal.execute(ONE)
            return int(value or 0)

    return app


def makes_engines(once: bool) -> FastAPI:
    """Make an engine for each request; or for the first, and keep it."""
    app, kept = FastAPI(), {}

    if once:

        @app.get("/products")
        def search() -> int:
            if "engine" not in kept:
                kept["engine"] = create_engine(URL)
            with Session(kept["engine"]) as session:
                return int(session.scalar(ONE) or 0)
    else:

        @app.get("/products")
        def search_anew() -> int:
            with Session(create_engine(URL)) as session:
                return int(session.scalar(ONE) or 0)

    return app


def one_session_for_all(shared: bool) -> FastAPI:
    """Give every request the same session, as a variable keeps it; or each its own."""
    app, sessions = FastAPI(), sessionmaker(create_engine(URL))
    session = sessions()

    if shared:

        @app.get("/products")
        def search() -> int:
            return int(session.scalar(ONE) or 0)
    else:

        @app.get("/products")
        def search_alone() -> int:
            with sessions() as session:
                return int(session.scalar(ONE) or 0)

    return app


def without_a_pool() -> FastAPI:
    """Build a sound service on an engine with NullPool."""
    app, _, app.state.engine = service(create_engine(URL, poolclass=NullPool))
    return app


def ask_once(engine: Engine) -> int:
    """Ask in a session that ends with the answer."""
    with Session(engine) as session:
        return int(session.scalar(ONE) or 0)


def asks_on_the_loop(in_a_thread: bool) -> FastAPI:
    """Call a plain function that queries from a stream of events: on the event loop, or in a thread."""
    from fastapi.concurrency import run_in_threadpool

    app, _, engine = service()

    if in_a_thread:

        @app.get("/news")
        async def news() -> StreamingResponse:
            async def events():
                yield str(await run_in_threadpool(ask_once, engine))

            return StreamingResponse(events())
    else:

        @app.get("/news")
        async def news_on_the_loop() -> StreamingResponse:
            async def events():
                yield str(ask_once(engine))

            return StreamingResponse(events())

    return app


def returns_a_session(closes: bool) -> FastAPI:
    """Depend on a session that is returned and not yielded; its user closes it, or nobody does."""
    app, engine = FastAPI(), create_engine(URL)

    def get_session() -> Session:
        return Session(engine)

    if closes:

        @app.get("/products")
        def search(session: Annotated[Session, Depends(get_session)]) -> int:
            with session:
                return int(session.scalar(ONE) or 0)
    else:

        @app.get("/products")
        def search_and_leave(session: Annotated[Session, Depends(get_session)]) -> int:
            return int(session.scalar(ONE) or 0)

    return app


def writes_later(in_a_block: bool) -> FastAPI:
    """Hand a task on that saves: in a block, or with a plain close."""
    app, _, engine = service()

    def save() -> None:
        session = Session(engine)
        session.execute(ONE)
        session.close()

    def save_in_a_block() -> None:
        with Session(engine) as session:
            session.execute(ONE)

    if in_a_block:

        @app.post("/orders")
        def order(tasks: BackgroundTasks) -> int:
            tasks.add_task(save_in_a_block)
            return 1
    else:

        @app.post("/orders")
        def order_plainly(tasks: BackgroundTasks) -> int:
            tasks.add_task(save)
            return 1

    return app
