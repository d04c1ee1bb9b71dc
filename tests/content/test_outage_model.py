"""The stores that readers let go down do so on FastAPI, SQLAlchemy and PostgreSQL, whose table is really locked here."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
import table_lock
from anyio.to_thread import current_default_thread_limiter
from bursts import ask
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine

from poolschool.database.running import running_url
from poolschool.measure.javascript import Module

GIVEN: dict[str, Any] = {"rate": 40, "seconds": 4, "locked": [0.5, 1.2], "threads": 8, "connections": 3}
LATER = 2  # the second, long after the lock, in which a store is well or not
STORES: dict[str, tuple[dict[str, Any], Callable[[Engine], FastAPI]]] = {
    "tutorial": ({"pattern": "tutorial", "timeout": 30}, table_lock.make_store),
    "short": ({"pattern": "tutorial", "timeout": 1}, table_lock.make_store),
    "commit": ({"pattern": "commit", "timeout": 30}, lambda engine: table_lock.make_store(engine, commit=True)),
    "door": ({"pattern": "admit", "timeout": 30, "room": 6},
             lambda engine: table_lock.make_store(engine, admission=table_lock.Admission(3, 6))),
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Iterator[Module]:
    """Keep docs/assets/pool/outage.js loaded in Node."""
    with Module(Path(__file__).with_name("outages.mjs")) as module:
        yield module


@pytest.fixture(scope="module")
def admin() -> Iterator[Engine]:
    """Keep the table that is locked."""
    with table_lock.product_table() as admin:
        yield admin


async def shop(app: FastAPI, admin: Engine) -> list[dict[int, int]]:
    """Let shoppers come; give for each second how many were answered within a second, by status."""
    limiter = current_default_thread_limiter()
    limiter.total_tokens = GIVEN["threads"]
    answers: list[dict[int, int]] = [{} for _ in range(GIVEN["seconds"])]

    async def one(came: float) -> None:
        start = monotonic()
        status = await ask(app)
        if monotonic() - start < 1:
            counts = answers[int(came)]
            counts[status] = counts.get(status, 0) + 1

    await asyncio.gather(*(ask(app) for _ in range(GIVEN["connections"])))  # opens the connections
    began = Event()
    locker = Thread(target=table_lock.lock_table, args=(admin, began, *GIVEN["locked"]))
    locker.start()
    first = monotonic()
    began.set()
    async with asyncio.TaskGroup() as shoppers:
        for number in range(GIVEN["rate"] * GIVEN["seconds"]):
            came = number / GIVEN["rate"]
            await asyncio.sleep(first + came - monotonic())
            shoppers.create_task(one(came))
        limiter.total_tokens = 200  # ends what goes in a circle
    locker.join()
    return answers


@pytest.mark.parametrize("name", STORES)
def test_a_store_recovers_in_the_model_if_it_does_really(name: str, model: Module, admin: Engine) -> None:
    """After the lock a store answers all or nobody, the real one and the model; the door refuses at least about as many."""
    settings, make = STORES[name]
    engine = create_engine(
        running_url(), pool_size=GIVEN["connections"], max_overflow=0, pool_timeout=settings["timeout"]
    )
    real = asyncio.run(shop(make(engine), admin))
    engine.dispose()
    told = model.call("outage", GIVEN | settings)
    all_of_them = GIVEN["rate"]
    assert (
        (real[LATER].get(200, 0) == all_of_them)
        == (told[LATER]["quick"] == all_of_them)
        == (name in ("commit", "door"))
    )
    if name == "door":
        refused = sum(each.get(503, 0) for each in real)
        assert refused >= sum(each["refused"] for each in told) - 4 > 10
