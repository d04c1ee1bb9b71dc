"""Each sown fault shows by its own symptom, in the metrics or in the shoppers' errors, and its fix takes the symptom away.

The fix of each is the store's own version, under the same requests. What is compared is counted, not timed.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from running_store import Store, plain, running_store

from poolschool.database.running import server
from poolschool.store import sown_faults, sync_routes
from poolschool.store.app import make_app
from poolschool.store.settings import Settings
from poolschool.store.sown_faults import holds_while_paying
from poolschool.store.sown_faults.catalogue import FAULTS

pytestmark = pytest.mark.together


def test_the_table_names_every_fault() -> None:
    """The room's docstring has a line for each switch: symptom and fix."""
    table = sown_faults.__doc__ or ""
    assert {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")} == set(FAULTS)


@pytest.mark.parametrize(("fault", "opened", "idle"), [("connects_each_time", 10, 0), ("", 1, 1)])
def test_connects_each_time(url: str, fault: str, opened: int, idle: int) -> None:
    """Ten requests open ten connections and none is kept; with the pool, one does for all."""
    with running_store(url, fault=fault) as store:
        assert [store.client.get("/products?q=lamp").status_code for _ in range(10)] == [200] * 10
        assert store.number("use_time_seconds_count") == 10
        assert (store.number("create_time_seconds_count"), store.idle) == (opened, idle)


@pytest.mark.parametrize(
    ("fault", "answers", "used", "timeouts"),
    [("leaks_on_error", [404, 404, 404, 503], 3, 1), ("", [404] * 4, 0, 0)],
)
def test_leaks_on_error(url: str, fault: str, answers: list[int], used: int, timeouts: int) -> None:
    """Each missing page keeps a connection when nobody is there any more; the fourth finds none of three."""
    with running_store(url, fault=fault, pool_size=3, max_overflow=0, pool_timeout=0.3) as store:
        assert [store.client.get("/products/999999").status_code for _ in range(4)] == answers
        assert (store.used, store.number("timeouts_total")) == (used, timeouts)
        if not fault:
            assert store.client.get("/products/1").status_code == 200


@pytest.mark.parametrize(("fault", "held"), [("leaks_on_error", 0), ("", 0)])
def test_a_page_that_is_there_leaks_nothing(url: str, fault: str, held: int) -> None:
    """On the way that works the fault does not show: that is why nobody sees it in a test."""
    with running_store(url, fault=fault, pool_size=3, max_overflow=0, pool_timeout=0.3) as store:
        assert [store.client.get("/products/1").status_code for _ in range(6)] == [200] * 6
        assert store.used == held


@pytest.mark.parametrize(("fault", "held"), [("holds_while_streaming", 1), ("", 0)])
def test_holds_while_streaming(url: str, fault: str, held: int) -> None:
    """When the first line is sent, the connection is in use, however slowly the client reads; with the fix it is returned."""
    app = make_app(Settings(database_url=url, fault=fault))
    used: list[float] = []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            used.append(app.state.metrics.used._value.get())

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def read() -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/prices.csv",
            "raw_path": b"/prices.csv",
            "query_string": b"",
        }
        scope |= {
            "headers": [],
            "http_version": "1.1",
            "scheme": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
        }
        await app(scope, receive, send)
        await app.state.dispose()

    asyncio.run(read())
    assert len(used) == 200
    assert set(used) == {held}
    assert app.state.metrics.used._value.get() == 0  # returned at last, in both


@pytest.mark.parametrize(
    ("settings", "answers", "timeouts"),
    [
        ({"fault": "blocks_the_loop"}, [200, 503], 1),
        ({}, [200, 200], 0),
        ({"flavour": "async"}, [200, 200], 0),
    ],
)
def test_blocks_the_loop(url: str, settings: dict[str, Any], answers: list[int], timeouts: int) -> None:
    """Two searches on a pool of one: the second blocks the thread that would return the first's connection.

    Neither `def` nor the async engine does that: the second waits, and is served.
    """
    with running_store(url, pool_size=1, max_overflow=0, pool_timeout=1.5, **settings) as store:
        assert store.client.get("/products?q=lamp").status_code == 200  # the connection is open
        assert sorted(_together(store, 2, "/products?q=lamp")) == answers
        assert store.number("timeouts_total") == timeouts
        store.client.get("/metrics")  # by then the loop has been asked once more
        assert (_late(store) > 0) == bool(timeouts)


def _late(store: Store) -> float:
    """Count how often the event loop was late by more than a second: here, by the whole time-out."""
    lag, registry = "event_loop_lag_seconds", store.metrics.registry
    return (registry.get_sample_value(f"{lag}_count") or 0) - (
        registry.get_sample_value(f"{lag}_bucket", {"le": "1.0"}) or 0
    )


def _together(store: Store, count: int, path: str) -> list[int]:
    """Start requests in the same moment of the store's event loop: none can be over before all have begun."""
    import httpx

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(store.client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://store") as client:
            return [answer.status_code for answer in await asyncio.gather(*(client.get(path) for _ in range(count)))]

    portal = store.client.portal
    assert portal is not None
    return portal.call(ask)


@pytest.mark.parametrize(("fault", "used", "other", "timeouts"), [("holds_while_paying", 1, 503, 1), ("", 0, 200, 0)])
def test_holds_while_paying(
    url: str, monkeypatch: pytest.MonkeyPatch, fault: str, used: int, other: int, timeouts: int
) -> None:
    """While the payment service is asked, the only connection is in use, and a search finds none."""
    met: list[tuple[float, int]] = []

    def pay(_cents: int, _milliseconds: float) -> None:
        met.append((store.used, store.client.get("/products?q=lamp").status_code))

    for module in (sync_routes, holds_while_paying):
        monkeypatch.setattr(module, "pay", pay)
    with running_store(url, fault=fault, pool_size=1, max_overflow=0, pool_timeout=0.3) as store:
        placed = store.client.post("/orders", json={"shopper": "ada", "product_id": 6})
        assert placed.status_code == 201
        assert met == [(used, other)]
        assert store.number("timeouts_total") == timeouts


@contextmanager
def allowing(url: str, connections: int) -> Iterator[None]:
    """Let the database take no more than so many connections."""
    name = url.rpartition("/")[2]
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
    with server() as other, psycopg.connect(plain(other), autocommit=True) as admin:
        leaked = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(leaked, [name])  # by the tests above
        admin.execute(limit.format(sql.Identifier(name), connections))
        try:
            yield
        finally:
            admin.execute(limit.format(sql.Identifier(name), -1))


@pytest.mark.parametrize("right", [False, True])
def test_larger_than_the_database(url: str, right: bool) -> None:
    """Twelve at once where the database allows four: refused without any wait. A pool of four makes them wait instead."""
    settings: dict[str, Any] = {"pool_size": 4, "max_overflow": 0, "flavour": "async"}
    with allowing(url, 4), running_store(
        url.replace("+psycopg", "+asyncpg"), pool_timeout=30.0, query_ms=50, **settings if right else {"fault": "larger_than_the_database"}
    ) as store:  # fmt: skip
        answers = _together(store, 12, "/products?q=lamp")
        refused = store.number("create_failures_total")
        assert store.number("timeouts_total") == 0
        assert answers.count(503) == refused
        assert (refused == 0) == right
        assert answers.count(200) >= 4


@pytest.mark.parametrize("fault", ["tutorial_dependency", ""])
def test_tutorial_dependency(url: str, fault: str) -> None:
    """At 60 at once the tutorial's dependency lets requests wait in vain, with 50 ms of work; the store's own does not."""
    with running_store(url, fault=fault, pool_size=5, max_overflow=10, pool_timeout=1.5, query_ms=50) as store:
        answers = _together(store, 60, "/products?q=lamp")
        assert answers.count(503) == store.number("timeouts_total")
        assert (answers.count(503) > 0) == bool(fault)
        assert set(answers) <= {200, 503}
