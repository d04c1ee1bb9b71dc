"""What the lessons build and what an app of one's own imports say the same, on the same engines, in the same moments."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pool_metrics import BOUNDS, PoolMetrics
from sqlalchemy import NullPool, QueuePool, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from poolschool.own import Watch, metrics, watch

ROOT = Path(__file__).parents[3]


def same(watched: Watch, lesson: PoolMetrics) -> dict[str, Any]:
    """Compare all numbers of the lesson with ours; times may differ by what passes between two listeners."""
    ours, theirs = watched.metrics(), lesson.read()
    assert theirs.keys() <= ours.keys()
    for name, right in theirs.items():
        got = ours[name]
        if isinstance(right, int):
            assert (name, got) == (name, right)
        else:
            assert (name, got.count) == (name, right.count)
            assert got.sum == pytest.approx(right.sum, abs=0.05)
            assert sum(got.buckets) == got.count
    return ours


def test_bounds_are_the_same() -> None:
    """Buckets of one can be added to buckets of the other."""
    assert metrics.BOUNDS == BOUNDS


@pytest.mark.parametrize("pool_class", [QueuePool, NullPool])
def test_the_metrics_of_watching_the_pool(pool_class: Any, tmp_path: Path) -> None:
    """Taken, returned, timed out, invalidated, detached, leaked, disposed: after each step the two say the same."""
    lesson = PoolMetrics()
    limits = {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.05} if pool_class is QueuePool else {}
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", poolclass=lesson.measured(pool_class), **limits)
    lesson.watch(engine)
    watched = watch(engine)
    for _ in range(2):
        same(watched, lesson)
        with engine.connect(), engine.connect():
            same(watched, lesson)
            if limits:
                with pytest.raises(PoolTimeout):
                    engine.connect()
                same(watched, lesson)
        with engine.connect() as lost:
            lost.invalidate()
            same(watched, lesson)
        with engine.connect() as detached:
            detached.detach()
            same(watched, lesson)
        leaked = engine.connect()
        leaked.execute(text("SELECT 1"))
        del leaked
        gc.collect()
        same(watched, lesson)
        kept = engine.connect()
        engine.dispose()
        same(watched, lesson)
        kept.close()
        del kept
        gc.collect()
    ours = same(watched, lesson)
    assert ours["db.client.connection.use_time"].count == 12


def test_the_metrics_of_a_database_that_is_gone() -> None:
    """Both count a failure, and neither a time-out."""

    def refuse() -> Any:
        raise TimeoutError("driver")

    lesson = PoolMetrics()
    engine = create_engine("sqlite://", creator=refuse, poolclass=lesson.measured(), pool_size=1)
    lesson.watch(engine)
    watched = watch(engine)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            engine.connect()
    assert same(watched, lesson)["db.client.connection.failed"] == 3


def test_the_metrics_of_an_async_engine(tmp_path: Path) -> None:
    """The same while one works, two wait and one of these is cancelled."""

    async def play() -> None:
        lesson = PoolMetrics()
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{tmp_path / 'store.db'}",
            poolclass=lesson.measured(AsyncAdaptedQueuePool),
            pool_size=1,
            max_overflow=0,
        )
        lesson.watch(engine)
        watched = watch(engine)

        async def use() -> None:
            async with engine.connect():
                pass

        held = await engine.connect()
        tasks = [asyncio.create_task(use()) for _ in range(2)]
        while same(watched, lesson)["db.client.connection.pending_requests"] < 2:
            await asyncio.sleep(0.005)
        tasks[0].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[0]
        same(watched, lesson)
        await held.close()
        await tasks[1]
        assert same(watched, lesson)["db.client.connection.wait_time"].count == 2
        await engine.dispose()

    asyncio.run(asyncio.wait_for(play(), 30))


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give the checker of who_holds_it, with the worked solution as the answer that it grades."""
    for tree in ("exercises", "solutions"):  # the solution is found first
        monkeypatch.syspath_prepend(str(ROOT / tree / "p3_breaks"))
    for name in ("l10_who_holds_it", "l10_who_holds_it_test"):
        sys.modules.pop(name, None)
    yield import_module("l10_who_holds_it_test")
    for name in ("l10_who_holds_it", "l10_who_holds_it_test"):
        sys.modules.pop(name, None)


def test_the_lines_of_who_holds_it(who: ModuleType, tmp_path: Path) -> None:
    """In every way and place that the checker tries, the line told here is the worked solution's."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    for module, file in who.PLACES.items():
        orders = who.load_orders(tmp_path / file, module)
        for way in who.LINES.keys() - who.ASYNC:
            engine, other = create_engine(url), create_engine(url)
            detector, watched = who.store.LeakDetector(other), watch(engine)
            taken = [who.take(orders, way, one) for one in (engine, other)]
            assert lines(watched) == [holder.line for holder in detector.who_holds()]
            assert lines(watched)[0].startswith(f"{Path(file).name}:")
            for one in taken:
                one.close()
            engine.dispose(), other.dispose()


def test_the_lines_of_who_holds_it_in_coroutines(who: ModuleType, tmp_path: Path) -> None:
    """The same for an async engine, whose stack is in two pieces."""
    orders = who.load_orders(tmp_path / "orders.py", "orders")

    async def play() -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
        engine, other = create_async_engine(url), create_async_engine(url)
        detector, watched = who.store.LeakDetector(other), watch(engine)
        for way in who.ASYNC:
            taken = [await asyncio.create_task(orders[way](one)) for one in (engine, other)]
            told = lines(watched), [holder.line for holder in detector.who_holds()]
            for one in taken:
                await one.close()
            assert told == ([who.LINES[way]], [who.LINES[way]])
        await engine.dispose()
        await other.dispose()

    asyncio.run(play())


def lines(watched: Watch) -> list[str]:
    """Give the lines as the lesson does: the bare name of the file."""
    return [Path(holder.line).name for holder in watched.holders()]
