"""What the store is held against: the same search with ever less around it, behind the same server.

| address | what is left |
|---|---|
| `/products` | all of the store |
| `/ceiling/driver` | the server, FastAPI, and psycopg's own pool: no SQLAlchemy, no pydantic |
| `/ceiling/http` | the server and FastAPI: no database |

`raw_loop` is the query alone, in one process, without HTTP.
"""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from fastapi import APIRouter, Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

SEARCH = "SELECT id, name, price FROM product WHERE name LIKE %s ORDER BY name LIMIT 10"
SAID = json.dumps([{"id": n, "name": f"lamp {n:05}", "price": 500 + n} for n in range(10)]).encode()


def make_routes(url: str, size: int) -> APIRouter:
    """Make both addresses; the pool opens with the first request, and closes with the app."""
    pool = AsyncConnectionPool(url, min_size=size, max_size=size, open=False, timeout=30)

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        yield
        await pool.close()

    routes = APIRouter(lifespan=lifespan)

    @routes.get("/ceiling/driver")
    async def driver(q: str) -> Response:
        await pool.open()  # does nothing when it is open
        async with pool.connection() as connection:
            connection.row_factory = dict_row
            rows = await (await connection.execute(SEARCH, [f"{q}%"])).fetchall()
        return Response(json.dumps(rows), media_type="application/json")

    @routes.get("/ceiling/http")
    async def http(q: str) -> Response:
        return Response(SAID, media_type="application/json")

    return routes


def raw_loop(url: str, seconds: float) -> float:
    """Repeat the search on one connection and give how many it made per second."""
    with psycopg.connect(url, autocommit=True) as connection:
        done, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            connection.execute(SEARCH, ["lamp%"]).fetchall()
            done += 1
    return done / took
