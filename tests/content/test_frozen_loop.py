"""The figure of the event loop follows SQLAlchemy's pools: who fails, how long the loop stands still, when a ping gets a turn."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.measure.javascript import Module

SYNC, ASYNC, THREADS = range(3)
LIMITS = {"pool_size": 2, "max_overflow": 1}
CAPACITY = 3
TIMEOUT = 0.05  # seconds, where somebody is to reach it
PATIENCE = 20  # seconds, where nobody is


@pytest.fixture(scope="module")
def model() -> Iterator[Module]:
    """Keep docs/assets/pool/loop.js loaded in Node."""
    with Module(Path(__file__).with_name("loop_rules.mjs")) as module:
        yield module


def real(how: int, requests: int, folder: Path) -> tuple[int, list[float], list[int]]:
    """Send requests at once to a real pool; give how many were answered, how long each failed one waited, pings meanwhile.

    The pings are those that came while a request was in the call that takes a connection, for each that had to wait.
    """
    file = folder / "store.db"

    async def main() -> tuple[int, list[float], list[int]]:
        engine = create_engine(f"sqlite:///{file}", pool_timeout=TIMEOUT if how == SYNC else PATIENCE, **LIMITS)
        async_engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_timeout=PATIENCE, **LIMITS)
        pings, answered, waited, meanwhile = 0, 0, list[float](), list[int]()
        all_came = asyncio.Event()
        came = 0

        async def sync_handler() -> None:
            with engine.connect():
                await all_came.wait()

        async def async_handler() -> None:
            async with async_engine.connect():
                await all_came.wait()

        def blocking() -> None:
            with engine.connect():
                time.sleep(0.05)

        async def in_a_thread() -> None:
            await to_thread.run_sync(blocking)

        handler: Callable[[], Awaitable[None]] = (sync_handler, async_handler, in_a_thread)[how]

        async def request() -> None:
            nonlocal answered, came
            before, start = pings, time.monotonic()
            came += 1
            late = came > CAPACITY
            try:
                await handler()
                answered += 1
            except PoolTimeout:
                waited.append(time.monotonic() - start)
            if late:
                meanwhile.append(pings - before)

        async def ping() -> None:
            nonlocal pings
            while True:
                await asyncio.sleep(0)
                pings += 1
                if came == requests and pings > 20:
                    all_came.set()

        other = asyncio.create_task(ping())
        await asyncio.gather(*(request() for _ in range(requests)))
        other.cancel()
        engine.dispose()
        await async_engine.dispose()
        return answered, waited, meanwhile

    return asyncio.run(main())


@pytest.mark.parametrize("how", [SYNC, ASYNC, THREADS], ids=["sync", "async", "threads"])
@pytest.mark.parametrize("requests", [2, 3, 4, 6])
def test_the_figure_says_what_a_real_pool_does(model: Module, tmp_path: Path, how: int, requests: int) -> None:
    """As many fail and are answered; a blocked loop stands still for (requests − connections) × time-out, without a ping."""
    told: dict[str, Any] = model.call(
        "run", {"how": how, "requests": requests, "capacity": CAPACITY, "timeout": TIMEOUT}
    )
    answered, waited, meanwhile = real(how, requests, tmp_path)
    assert (answered, len(waited)) == (told["answered"], told["failed"])
    assert len(meanwhile) == max(0, requests - CAPACITY)
    if how == SYNC:
        assert not any(meanwhile)  # nothing ran while they waited: one after the other, each for a whole time-out
        assert all(seconds >= TIMEOUT for seconds in waited)
        assert told["frozen"] == pytest.approx(len(waited) * TIMEOUT)
        assert told["pings"] == 0
    else:
        assert all(meanwhile)
        assert told["frozen"] == 0


def test_the_figures_defaults_are_the_librarys(model: Module) -> None:
    """The figure's 15 and 30 s are the defaults of an engine, and its sixteenth request is the first too many."""
    engine = create_engine("sqlite:///store.db")
    pool: Any = engine.pool
    capacity, timeout = pool.size() + pool._max_overflow, pool.timeout()
    told = [model.call("run", {"how": SYNC, "requests": requests}) for requests in (15, 16, 30)]
    assert [one["frozen"] for one in told] == [0, timeout, 15 * timeout]
    assert [one["blocked"] for one in told][:2] == [0, capacity + 1]
