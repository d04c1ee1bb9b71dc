"""Send many searches to a store at the same moment, and say who waits for whom when nobody moves any more.

A query takes until all who can move have moved; from then on queries take no time. So the crowd is there at the same moment
on any machine. The lesson on threads and the cliff imports it; it needs httpx, FastAPI and no server.
"""

import asyncio
from threading import Event
from typing import Any

import httpx
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy import Engine, event

LONGEST = 9  # seconds, for a query of a crowd that never lines up
query_ends = Event()


def crowd(app: FastAPI, number: int, engine: Engine, *, tokens: int = 40, ping: bool = False) -> str:
    """Send so many GET /products at once, with so many thread tokens, and say how it went; `ping` asks /ping meanwhile."""

    def take_time(*_: Any) -> None:
        query_ends.wait(LONGEST)

    event.listen(engine, "before_cursor_execute", take_time)
    try:
        return asyncio.run(_send(app, number, engine, tokens, ping))
    finally:
        event.remove(engine, "before_cursor_execute", take_time)


async def _send(app: FastAPI, number: int, engine: Engine, tokens: int, ping: bool) -> str:
    query_ends.clear()
    current_default_thread_limiter().total_tokens = tokens
    store = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=store, base_url="http://store", timeout=None) as shop:  # noqa: S113 - the pool times out
        requests = [asyncio.create_task(shop.get("/products")) for _ in range(number)]
        await _nobody_moves(engine)
        pong = ""
        if ping:
            requests.append(asyncio.create_task(shop.get("/ping")))
            await _nobody_moves(engine)
            pong = f", ping before: {requests[-1].done()}"
        query_ends.set()
        taken, queue, held = await _nobody_moves(engine)
        answers = await asyncio.gather(*requests)
    if all(answer.status_code == 200 for answer in answers):
        return f"{number} at once: all answered{pong}"
    return f"{number} at once: {taken} threads taken, {queue} requests wait for one, {held} connections in use"


async def _nobody_moves(engine: Engine) -> tuple[int, int, int]:
    """Wait until the same numbers were seen twelve times: threads taken, requests that wait for one, connections in use."""
    seen: list[tuple[int, int, int]] = []
    while len(seen) < 12 or len(set(seen[-12:])) > 1:
        await asyncio.sleep(0.01)
        now = current_default_thread_limiter().statistics()
        seen.append((now.borrowed_tokens, now.tasks_waiting, engine.pool.checkedout()))  # type: ignore[attr-defined]
    return seen[-1]
