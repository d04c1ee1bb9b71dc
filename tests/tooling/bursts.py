"""Many requests at the same moment, lined up by events: who is answered, and who waits for whom if nobody moves any more.

A query takes until nobody moves; from then on queries take no time. A crowd that stands still although all queries have
been answered is in a circular wait: it is given one more thread, which ends it, so that no time-out is waited for.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

PATIENCE = 60  # seconds for a crowd of which somebody still moves, on a busy machine
LOOKS = 12  # in a row, 5 ms apart, in which nobody has moved
SURE = 40  # the same, before a crowd is said to stand still: a busy machine may let a thread rest for a while


@dataclass(frozen=True)
class Burst:
    """How a burst went: the status of each answer, and threads taken, requests waiting for one, connections held when it stood still."""

    answers: list[int]
    stood_still: tuple[int, int, int] | None

    @property
    def all_answered(self) -> bool:
        """Say whether everybody was answered without help."""
        return self.stood_still is None and set(self.answers) == {200}


class Found(BaseModel):
    """What a search answers."""

    number: int


def tutorial_store(engine: Engine, **depends: Any) -> FastAPI:
    """Build a store as FastAPI's tutorial does: a session dependency with `yield`, a `def` endpoint, a `response_model`."""

    def get_session() -> Any:
        with Session(engine) as session:
            yield session

    app = FastAPI()

    @app.get("/products", response_model=Found)
    def search(session: Session = Depends(get_session, **depends)) -> Any:  # noqa: B008 - as FastAPI wants it
        return {"number": session.scalar(text("SELECT 1"))}

    return app


def burst(
    app: FastAPI,
    number: int,
    engine: Engine,
    *,
    threads: int = 40,
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> Burst:
    """Send so many requests for /products at once to a store that uses the engine, and see how they get on.

    `meanwhile` runs when they have lined up, before any query ends.
    """
    query_ends = Event()

    def take_time(*_: Any) -> None:
        query_ends.wait(PATIENCE)

    event.listen(engine, "before_cursor_execute", take_time)
    try:
        return asyncio.run(_send(app, number, engine, threads, query_ends, meanwhile))
    finally:
        event.remove(engine, "before_cursor_execute", take_time)


async def _send(
    app: FastAPI,
    number: int,
    engine: Engine,
    threads: int,
    query_ends: Event,
    meanwhile: Callable[[], Awaitable[None]] | None,
) -> Burst:
    limiter = current_default_thread_limiter()
    limiter.total_tokens = threads
    requests = [asyncio.create_task(ask(app)) for _ in range(number)]

    async def nobody_moves(looks: int = LOOKS) -> tuple[int, int, int]:
        last, same, end = None, 0, monotonic() + PATIENCE
        while same < looks and not all(one.done() for one in requests) and monotonic() < end:
            await asyncio.sleep(0.005)
            now = (
                limiter.statistics().borrowed_tokens,
                limiter.statistics().tasks_waiting,
                engine.pool.checkedout(),  # type: ignore[attr-defined]
                sum(one.done() for one in requests),
            )
            last, same = now, (same + 1 if now == last else 0)
        return now[:3]

    await nobody_moves()
    if meanwhile:
        await meanwhile()
    query_ends.set()
    stood_still = None
    while not all(one.done() for one in requests):
        where = await nobody_moves(LOOKS if stood_still else SURE)
        if not all(one.done() for one in requests) and where[0] == limiter.total_tokens:
            stood_still = stood_still or where
            limiter.total_tokens += 1
    return Burst([one.result() for one in requests], stood_still)


async def ask(app: FastAPI, path: str = "/products") -> int:
    """Send one request straight to the application; give the status of its answer, 500 for an exception out of it."""
    said: list[Any] = []
    stay = asyncio.Event()
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
             "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": [],
             "server": ("store", 80), "client": ("shopper", 1)}  # fmt: skip
    asked = iter([{"type": "http.request", "body": b""}])

    async def receive() -> Any:
        return next(asked, None) or await stay.wait()

    async def send(message: Any) -> None:
        said.append(message)

    try:
        await app(scope, receive, send)
    except Exception:
        return 500
    json.loads(said[1]["body"])
    return int(said[0]["status"])
