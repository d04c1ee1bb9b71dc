"""A holder names the endpoint it works for, as it was declared, in every kind of app; the app answers as before."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, WebSocket
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from poolschool.own import Watch, watch
from poolschool.own.endpoints import NameRequests, serving


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Make an engine."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    yield engine
    engine.dispose()


class Shop:
    """An app whose endpoints ask, while they hold a connection, which endpoint is told of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.app = engine, FastAPI()
        self.watched: Watch | None = None
        self.told: list[str] = []
        self._add_endpoints()

    def note(self) -> None:
        """Note what is told of the connections in use."""
        assert self.watched
        self.told = [holder.endpoint for holder in self.watched.holders()]

    def session(self) -> Iterator[Session]:
        """Give a request its session."""
        with Session(self.engine) as session:
            yield session

    def _add_endpoints(self) -> None:
        router, inner, part = APIRouter(prefix="/stock"), APIRouter(prefix="/of"), FastAPI()
        given = Annotated[Session, Depends(self.session)]

        @self.app.get("/orders/{number}")
        def order(number: int, session: given) -> int:
            session.execute(text("SELECT 1"))
            self.note()
            if number == 404:
                raise HTTPException(404)
            return number

        @self.app.post("/orders")
        async def new_order(session: given) -> int:
            session.execute(text("SELECT 1"))
            await asyncio.sleep(0)
            self.note()
            return 1

        @inner.get("/{name}")
        @part.get("/{name}")
        def stock(name: str, session: given) -> str:
            session.execute(text("SELECT 1"))
            self.note()
            return name

        @self.app.websocket("/prices/{name}")
        async def prices(socket: WebSocket, name: str, session: given) -> None:
            await socket.accept()
            session.execute(text("SELECT 1"))
            self.note()
            await socket.send_text("39")
            await socket.close()

        router.include_router(inner)
        self.app.include_router(router, prefix="/v1")
        self.app.mount("/parts", part)


ASKED = [
    ("GET", "/orders/7", "GET /orders/{number}", 200),
    ("POST", "/orders", "POST /orders", 200),
    ("GET", "/orders/404", "GET /orders/{number}", 404),
    ("GET", "/v1/stock/of/lamp", "GET /v1/stock/of/{name}", 200),
    ("GET", "/parts/lamp", "GET /parts/{name}", 200),
]


def ask_all(shop: Shop, client: TestClient) -> None:
    """Ask each endpoint, and compare what was told while it worked."""
    for method, path, right, status in ASKED:
        assert client.request(method, path).status_code == status
        assert shop.told == [right]
    assert client.get("/nowhere").status_code == 404
    with client.websocket_connect("/prices/lamp") as socket:
        assert socket.receive_text() == "39"
    assert shop.told == ["WEBSOCKET /prices/{name}"]


def test_every_endpoint_is_named_as_declared(engine: Engine) -> None:
    """Of `def` and `async def`, included and mounted, websockets, behind a middleware that runs the app in a task of its own."""
    shop = Shop(engine)

    async def passing(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    shop.app.add_middleware(BaseHTTPMiddleware, dispatch=passing)
    shop.watched = watch(engine, shop.app)
    assert watch(engine, shop.app) is shop.watched
    assert sum(middleware.cls is NameRequests for middleware in shop.app.user_middleware) == 1
    with TestClient(shop.app) as client:
        ask_all(shop, client)


def test_an_app_that_is_starting_or_running(engine: Engine) -> None:
    """A lifespan, where many make their engine, comes after the middlewares are built: watched from there, all is the same."""
    shop = Shop(engine)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for _ in range(2):
            shop.watched = watch(engine, app)
        yield

    shop.app.router.lifespan_context = lifespan
    with TestClient(shop.app) as client:
        ask_all(shop, client)
    assert isinstance(shop.app.middleware_stack, NameRequests)
    assert not isinstance(shop.app.middleware_stack.app, NameRequests)


def test_starlette_alone(engine: Engine) -> None:
    """Without FastAPI a route is told as well; without a route, that there is none."""
    told: list[str] = []

    def part(request: Request) -> PlainTextResponse:
        with engine.connect():
            told.extend(holder.endpoint for holder in watched.holders())
        return PlainTextResponse("")

    async def early(request: Request, call_next: Any) -> Any:
        with engine.connect():
            response = await call_next(request)
            told.extend(holder.endpoint for holder in watched.holders())
        return response

    app = Starlette(routes=[Mount("/parts", routes=[Route("/{name}", part)])])
    watched = watch(engine, app)
    client = TestClient(app)
    client.get("/parts/lamp")
    assert told in (
        ["GET /parts/{name}"],
        ["GET test_starlette_alone.<locals>.part"],
    )  # an older Starlette tells no route
    told.clear()
    app = Starlette(routes=[Route("/", part)])
    app.add_middleware(BaseHTTPMiddleware, dispatch=early)
    watched = watch(engine, app)
    TestClient(app).get("/nowhere")
    assert told == ["GET without a route"]
    told.clear()
    TestClient(app).get("/")
    assert told in (["GET /"] * 2, ["GET /", "GET /", "GET /"], ["GET test_starlette_alone.<locals>.part"] * 3)


def test_a_task_that_outlives_its_request_keeps_its_name_only(engine: Engine) -> None:
    """The name of the request is told for as long as the connection is in use; the request's scope is let go."""
    app, kept = FastAPI(), []

    @app.get("/reports/{name}")
    async def report(name: str) -> None:
        kept.append((engine.connect(), serving.get()))

    watched = watch(engine, app)
    with TestClient(app) as client:
        client.get("/reports/sales")
    [(connection, request)] = kept
    assert [holder.endpoint for holder in watched.holders()] == ["GET /reports/{name}"]
    assert request is not None
    assert request._scope is None
    connection.close()
    with engine.connect():
        assert [holder.endpoint for holder in watched.holders()] == [""]
