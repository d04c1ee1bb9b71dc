"""The pool's numbers are those of the pool: event by event, for every kind of pool."""

import asyncio
import gc
import re
import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families
from running_store import LABELS, running_store
from sqlalchemy import Engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.store.engines import make_async_engine, make_engine
from poolschool.store.metrics import PoolMetrics
from poolschool.store.settings import Settings

pytestmark = pytest.mark.together


class Watched:
    """An engine with its numbers."""

    def __init__(self, url: str, **settings: object) -> None:
        self.metrics = PoolMetrics("store")
        self.engine: Engine = make_engine(Settings.model_validate({"database_url": url} | settings), self.metrics)

    def number(self, name: str, **labels: str) -> float:
        """Read one."""
        return self.metrics.registry.get_sample_value(f"db_client_connection_{name}", LABELS | labels) or 0.0

    def counts(self) -> tuple[float, float]:
        """Give how many are used and idle."""
        return (
            self.number("count", db_client_connection_state="used"),
            self.number("count", db_client_connection_state="idle"),
        )


def test_used_and_idle_follow_every_step(url: str) -> None:
    """Connect, return, overflow, invalidate, dispose: used and idle are right after each, and never drift."""
    one = Watched(url, pool_size=1, max_overflow=1)
    assert one.counts() == (0, 0)
    first = one.engine.connect()
    assert one.counts() == (1, 0)
    second = one.engine.connect()
    assert one.counts() == (2, 0)
    first.close()
    assert one.counts() == (1, 1)
    second.close()  # one more than is kept
    assert one.counts() == (0, 1)
    with one.engine.connect() as third:
        third.invalidate()
    assert one.counts() == (0, 0)
    one.engine.connect().close()
    assert one.counts() == (0, 1)
    one.engine.dispose()
    assert one.counts() == (0, 0)
    assert one.number("create_time_seconds_count") == 3
    assert one.number("use_time_seconds_count") == one.number("wait_time_seconds_count") == 4
    assert one.number("max") == 2


def test_who_waits_is_pending_and_who_waits_in_vain_is_counted(url: str) -> None:
    """While somebody waits, pending is 1; after the time-out it is 0, and one time-out is counted."""
    one, asked, told = Watched(url, pool_size=1, max_overflow=0, pool_timeout=0.5), threading.Event(), []
    holder = one.engine.connect()

    def wait() -> None:
        asked.set()
        try:
            one.engine.connect()
        except PoolTimeout as error:
            told.append(error)

    waiter = threading.Thread(target=wait)
    waiter.start()
    asked.wait()
    while not one.number("pending_requests"):  # as soon as it asks, for half a second
        assert waiter.is_alive()
    waiter.join()
    assert len(told) == one.number("timeouts_total") == 1
    assert one.number("pending_requests") == 0
    assert one.number("wait_time_seconds_sum") >= 0.5
    holder.close()
    one.engine.dispose()


def test_without_a_pool_each_use_is_a_connect(url: str) -> None:
    """With NullPool every checkout opens a connection, and none is ever idle."""
    one = Watched(url, pooled=False)
    for _ in range(3):
        with one.engine.connect():
            assert one.counts() == (1, 0)
    assert one.counts() == (0, 0)
    assert one.number("create_time_seconds_count") == one.number("use_time_seconds_count") == 3
    assert one.number("max") == float("inf")


def test_a_dead_connection_that_a_ping_finds_is_replaced(url: str) -> None:
    """The server kills an idle connection: the pre-ping's replacement is counted as opened, and used and idle stay right."""
    one = Watched(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    with one.engine.connect() as doomed:
        pid = doomed.scalar(text("SELECT pg_backend_pid()"))
    other = make_engine(Settings(database_url=url), PoolMetrics("other"))
    with other.connect() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    with one.engine.connect() as replaced:
        assert replaced.scalar(text("SELECT pg_backend_pid()")) != pid
        assert one.counts() == (1, 0)
    assert one.counts() == (0, 1)
    assert one.number("create_time_seconds_count") == 2
    one.engine.dispose()


@pytest.mark.filterwarnings("ignore:The garbage collector is trying to clean up")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_async_leak_that_the_collector_finds_is_counted_off(url: str) -> None:
    """An async connection that nobody returned is dropped by the collector: it is neither used nor idle then."""
    metrics = PoolMetrics("store")

    async def leak() -> None:
        settings = Settings(database_url=url.replace("+psycopg", "+asyncpg"), flavour="async")
        engine = make_async_engine(settings, metrics)
        connection = await engine.connect()
        await connection.execute(text("SELECT 1"))
        del connection
        gc.collect()
        await engine.dispose()

    asyncio.run(leak())
    assert [metrics.used._value.get(), metrics.idle._value.get()] == [0, 0]


def test_metrics_are_prometheus_text_with_opentelemetrys_names(url: str) -> None:
    """Prometheus' own parser reads /metrics; the names are those of OpenTelemetry, with underscores."""
    with running_store(url) as store:
        store.client.get("/products?q=lamp")
        answer = store.client.get("/metrics")
    assert re.match(r"text/plain; version=", answer.headers["content-type"])
    kinds = {family.name: family.type for family in text_string_to_metric_families(answer.text)}
    connection = "db_client_connection"
    assert {
        name: kind for name, kind in kinds.items() if name.startswith(connection) and not name.endswith("_created")
    } == {
        f"{connection}_count": "gauge",
        f"{connection}_max": "gauge",
        f"{connection}_pending_requests": "gauge",
        f"{connection}_wait_time_seconds": "histogram",
        f"{connection}_use_time_seconds": "histogram",
        f"{connection}_create_time_seconds": "histogram",
        f"{connection}_timeouts": "counter",
        f"{connection}_create_failures": "counter",
    }
    assert kinds["event_loop_lag_seconds"] == "histogram"
    assert (
        'db_client_connection_count{db_client_connection_pool_name="store",db_client_connection_state="idle"} 1.0'
        in answer.text
    )
