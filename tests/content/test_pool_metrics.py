"""The module for an app of one's own measures real pools, sync and async, whatever happens to a connection."""

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pool_metrics import BOUNDS, PREFIX, PoolMetrics, Times
from sqlalchemy import Engine, NullPool, SingletonThreadPool, StaticPool, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

NAMES = {"count{used}", "count{idle}", "pending_requests", "timeouts", "failed", "wait_time", "use_time"}


def now(metrics: PoolMetrics) -> dict[str, Any]:
    """Read the numbers without their prefix, times as their count."""
    read = {name.removeprefix(PREFIX): value for name, value in metrics.read().items()}
    assert read.keys() == NAMES
    return {name: value.count if isinstance(value, Times) else value for name, value in read.items()}


def expect(metrics: PoolMetrics, **expected: int) -> None:
    """Expect some numbers."""
    read = now(metrics)
    read |= {"used": read["count{used}"], "idle": read["count{idle}"]}
    assert {name: read[name] for name in expected} == expected


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


@pytest.fixture
def watched(tmp_path: Path) -> tuple[Engine, PoolMetrics]:
    """Make an engine of two connections, and its metrics."""
    metrics = PoolMetrics()
    limits = {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.05}
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", poolclass=metrics.measured(), **limits)
    metrics.watch(engine)
    return engine, metrics


def test_a_time_out_is_counted_once(watched: tuple[Engine, PoolMetrics]) -> None:
    """The one who waits in vain is no wait, no failure, and not pending."""
    engine, metrics = watched
    with engine.connect(), engine.connect():
        with pytest.raises(PoolTimeout):
            engine.connect()
        expect(metrics, used=2, idle=0, timeouts=1, failed=0, pending_requests=0, wait_time=2, use_time=0)
    expect(metrics, used=0, idle=2, wait_time=2, use_time=2)
    engine.dispose()
    expect(metrics, used=0, idle=0)


def test_it_goes_on_after_dispose(watched: tuple[Engine, PoolMetrics]) -> None:
    """The new pool is measured; what was in use at dispose() counts as used until it is returned, and then as nothing."""
    engine, metrics = watched
    kept = engine.connect()
    engine.dispose()
    expect(metrics, used=1, idle=0)
    kept.close()
    del kept
    gc.collect()
    with engine.connect():
        expect(metrics, used=1, idle=0, wait_time=2, use_time=1)
    expect(metrics, used=0, idle=1, use_time=2)
    engine.dispose()


def test_a_use_ends_once(watched: tuple[Engine, PoolMetrics]) -> None:
    """By detach, by invalidation, by the collector: once each."""
    engine, metrics = watched
    with engine.connect() as detached:
        detached.detach()
        expect(metrics, used=0, idle=0, use_time=1)
    with engine.connect() as lost:
        lost.invalidate()
        expect(metrics, used=0, idle=0, use_time=2)
    leaked = engine.connect()
    leaked.execute(text("SELECT 1"))
    del leaked
    gc.collect()
    expect(metrics, used=0, idle=1, wait_time=3, use_time=3)
    engine.dispose()


@pytest.mark.parametrize(
    "error", [TimeoutError("driver"), OSError("no route"), OperationalError("connect", None, Exception())]
)
def test_a_connect_that_fails(error: Exception) -> None:
    """Whatever the driver raises while it connects is a failure, and no time-out of the pool."""
    metrics = PoolMetrics()

    def refuse() -> Any:
        raise error

    engine = create_engine("sqlite://", creator=refuse, poolclass=metrics.measured(), pool_size=1)
    metrics.watch(engine)
    for _ in range(3):
        with pytest.raises(type(error)):
            engine.connect()
    expect(metrics, failed=3, timeouts=0, pending_requests=0, wait_time=0, use_time=0, used=0, idle=0)


def test_who_waits_in_threads(watched: tuple[Engine, PoolMetrics]) -> None:
    """Three threads are pending, and their waits are recorded when they are over, in the right bucket."""
    engine, metrics = watched
    engine.pool._timeout = 10  # type: ignore[attr-defined] # this test waits on purpose
    held = [engine.connect() for _ in range(2)]
    before = metrics.read()[f"{PREFIX}wait_time"]
    crowd = [Thread(target=lambda: engine.connect().close()) for _ in range(3)]
    for thread in crowd:
        thread.start()
    until(lambda: now(metrics)["pending_requests"] == 3)
    expect(metrics, wait_time=2)
    time.sleep(0.12)
    for connection in held:
        connection.close()
    for thread in crowd:
        thread.join()
    after = metrics.read()[f"{PREFIX}wait_time"]
    assert after.count - before.count == 3
    assert after.sum - before.sum >= 3 * 0.12
    assert after.p95(before) in (0.5, 1.0, 5.0)
    expect(metrics, pending_requests=0, use_time=5)
    engine.dispose()


def test_who_waits_in_tasks(tmp_path: Path) -> None:
    """An async engine: three tasks are pending; the one that is cancelled is neither a time-out nor a failure."""

    async def play() -> None:
        metrics = PoolMetrics()
        pool = metrics.measured(AsyncAdaptedQueuePool)
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{tmp_path / 'store.db'}", poolclass=pool, pool_size=1, max_overflow=0
        )
        metrics.watch(engine)

        async def use() -> None:
            async with engine.connect():
                pass

        held = await engine.connect()
        tasks = [asyncio.create_task(use()) for _ in range(3)]
        while now(metrics)["pending_requests"] < 3:
            await asyncio.sleep(0.005)
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[1]
        expect(metrics, pending_requests=2, timeouts=0, failed=0, wait_time=1, used=1)
        await held.close()
        await asyncio.gather(tasks[0], tasks[2])
        expect(metrics, pending_requests=0, wait_time=3, use_time=3, used=0, idle=1)
        await engine.dispose()

    asyncio.run(asyncio.wait_for(play(), 30))


@pytest.mark.parametrize("pool_class", [NullPool, StaticPool])
def test_every_pool_class(pool_class: Any, tmp_path: Path) -> None:
    """What does not wait is measured as well."""
    metrics = PoolMetrics()
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", poolclass=metrics.measured(pool_class))
    metrics.watch(engine)
    for _ in range(3):
        with engine.connect():
            expect(metrics, used=1)
    expect(metrics, wait_time=3, use_time=3, used=0)
    engine.dispose()


def test_one_connection_lent_twice_is_one_use() -> None:
    """A StaticPool lends its only connection to several, and a SingletonThreadPool its thread's."""
    for pool_class in (StaticPool, SingletonThreadPool):
        metrics = PoolMetrics()
        engine = create_engine("sqlite://", poolclass=metrics.measured(pool_class))
        metrics.watch(engine)
        with engine.connect(), engine.connect():
            expect(metrics, used=1, wait_time=2, use_time=0)
        expect(metrics, used=0, wait_time=2, use_time=1)
        engine.dispose()


def test_the_collector_may_return_a_connection_while_it_counts(watched: tuple[Engine, PoolMetrics]) -> None:
    """A thread that holds the lock can hear a checkin: it does not wait for itself."""
    engine, metrics = watched
    connection = engine.connect()

    def while_counting() -> None:
        with metrics._lock:
            connection.close()

    thread = Thread(target=while_counting, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    expect(metrics, use_time=1)
    engine.dispose()


def test_percentiles_are_the_bounds_of_buckets() -> None:
    """95 percent of those since an earlier reading; None without any, infinity above all bounds."""
    earlier = Times().and_one(20)
    times = earlier
    for _ in range(95):
        times = times.and_one(0.004)
    for _ in range(5):
        times = times.and_one(40)
    assert times.p95(earlier) == 0.005
    assert times.and_one(40).p95(earlier) == float("inf")
    assert times.p95(times) is None
    assert (Times().and_one(0.6).p95(Times()), Times().and_one(1.2).p95(Times())) == (1.0, 5.0)
    assert sum(times.buckets) == times.count == 101
    assert times.and_one(BOUNDS[0]).buckets[0] == 1
