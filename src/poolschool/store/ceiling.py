"""What the store is held against: the same search with ever less around it, behind the same server.

| address | what is left |
|---|---|
| `/products` | all of the store |
| `/ceiling/driver` | an endpoint of the same kind, with the driver's own pool: no SQLAlchemy, no pydantic |
| `/ceiling/endpoint` | an endpoint of the same kind (`def` takes a thread), no database |
| `/ceiling/http` | `async def`, no database: uvicorn and FastAPI |

`raw_loop` is the query alone, in one process, on one connection, without HTTP.
"""

import asyncio
import json
import time
from typing import Any

import asyncpg
import psycopg
from fastapi import APIRouter, Response
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from poolschool.store.settings import Settings

SEARCH = "SELECT id, name, price FROM product WHERE name LIKE {} ORDER BY name LIMIT 10"
ANSWER = json.dumps([{"id": n, "name": f"lamp {n:05}", "price": 500 + n} for n in range(10)]).encode()


def make_routes(settings: Settings) -> APIRouter:
    """Make the addresses for the store's flavour; a pool opens with the first request that needs it."""
    routes = async_routes(settings) if settings.flavour == "async" else sync_routes(settings)

    @routes.get("/ceiling/http")
    async def http() -> Response:
        return Response(ANSWER, media_type="application/json")

    return routes


def sync_routes(settings: Settings) -> APIRouter:
    """Make them with `def` and psycopg's pool."""
    routes, size = APIRouter(), settings.pool_size
    pool = ConnectionPool(
        plain(settings.database_url), min_size=size, max_size=size, open=False, kwargs={"row_factory": dict_row}
    )

    @routes.get("/ceiling/driver")
    def driver(q: str) -> Response:
        pool.open()  # does nothing when it is open
        with pool.connection() as connection:
            rows = connection.execute(SEARCH.format("%s"), [f"{q}%"]).fetchall()
        return Response(json.dumps(rows), media_type="application/json")

    @routes.get("/ceiling/endpoint")
    def endpoint() -> Response:
        return Response(ANSWER, media_type="application/json")

    return routes


def async_routes(settings: Settings) -> APIRouter:
    """Make them with `async def` and asyncpg's pool."""
    routes, size = APIRouter(), settings.pool_size
    pools: list[Any] = []
    opening = asyncio.Lock()

    async def opened() -> Any:
        """Give the pool, made by the first request: asyncpg's belongs to the event loop that runs when it is made."""
        async with opening:
            if not pools:
                pools.append(await asyncpg.create_pool(plain(settings.database_url), min_size=size, max_size=size))
        return pools[0]

    @routes.get("/ceiling/driver")
    async def driver(q: str) -> Response:
        rows = await (await opened()).fetch(SEARCH.format("$1"), f"{q}%")
        return Response(json.dumps([dict(row) for row in rows]), media_type="application/json")

    @routes.get("/ceiling/endpoint")
    async def endpoint() -> Response:
        return Response(ANSWER, media_type="application/json")

    return routes


def plain(url: str) -> str:
    """Write a URL as drivers take it."""
    return "postgresql://" + url.partition("://")[2]


def raw_loop(url: str, seconds: float) -> float:
    """Repeat the search on one connection and give how many it made per second."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        done, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            connection.execute(SEARCH.format("%s"), ["lamp%"]).fetchall()
            done += 1
    return done / took
