"""The numbers of a pool, for an app of your own: it needs SQLAlchemy, 2.0 or 2.1, and nothing else.

    metrics = PoolMetrics()
    engine = create_engine(url, poolclass=metrics.measured())
    metrics.watch(engine)
    metrics.read()  ─>  {"db.client.connection.pending_requests": 3, …}    under OpenTelemetry's names, times in seconds

An async engine: `create_async_engine(url, poolclass=metrics.measured(AsyncAdaptedQueuePool))`, and the same from there on.
Everything counts up from the start, as Prometheus and OpenTelemetry expect it; what is now (pending, used, idle) is as it is
now. The lesson on watching the pool and its proofs import it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from time import perf_counter
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine, Pool, QueuePool, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

PREFIX = "db.client.connection."
BOUNDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)  # seconds: the upper ends of the buckets


@dataclass(frozen=True)
class Times:
    """Durations in seconds, counted in buckets; the last bucket is for those above all BOUNDS."""

    count: int = 0
    sum: float = 0.0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    def and_one(self, seconds: float) -> "Times":
        """Give these durations and one more."""
        buckets = list(self.buckets)
        buckets[bisect_left(BOUNDS, seconds)] += 1
        return Times(self.count + 1, self.sum + seconds, tuple(buckets))

    def p95(self, earlier: "Times") -> float | None:
        """Give the bound that 95 percent of those since an earlier reading do not exceed; None if there were none.

        It is the upper end of a bucket: 0.6 s read as 1.0. So an alarm asks whether it is above 1.0, not at it.
        """
        passed, enough = 0, 0.95 * (self.count - earlier.count)
        if not enough:
            return None
        for bound, now, before in zip((*BOUNDS, float("inf")), self.buckets, earlier.buckets, strict=True):
            passed += now - before
            if passed >= enough:
                return bound
        return None


class PoolMetrics:
    """What one engine's pool does, whatever its class, also after `dispose()`.

    StaticPool and SingletonThreadPool may lend one connection to several at once: that is a wait for each, and one use.
    """

    def __init__(self) -> None:
        # The collector may return a leaked connection in the middle of a count: its thread holds the lock already.
        self._lock = RLock()
        self._pending = self._timeouts = self._failed = 0
        self._waits = self._uses = Times()
        self._records: WeakSet[Any] = WeakSet()

    def measured(self, pool_class: type[Pool] = QueuePool) -> type[Pool]:
        """Make a pool class that measures its checkouts: pass it as `poolclass`."""
        metrics = self

        class MeasuredPool(pool_class):  # type: ignore[valid-type, misc]
            def connect(self) -> Any:
                with metrics._asking():
                    return super().connect()

        return MeasuredPool

    def watch(self, engine: Engine | AsyncEngine) -> None:
        """Listen to the engine's pool, and to those that follow it after `dispose()`; call it before the first connect."""
        target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        event.listen(target, "connect", self._opened)
        event.listen(target, "checkout", self._taken)
        for name in ("checkin", "detach"):
            event.listen(target, name, self._left)

    def read(self) -> dict[str, Any]:
        """Return the numbers by name: counts as int, times as Times; `failed` is our own name, OpenTelemetry has none."""
        with self._lock:
            open_ones = [record for record in self._records if record.dbapi_connection is not None]
            used = sum(record.in_use for record in open_ones)
            numbers = {
                "count{used}": used, "count{idle}": len(open_ones) - used, "pending_requests": self._pending,
                "timeouts": self._timeouts, "failed": self._failed, "wait_time": self._waits, "use_time": self._uses,
            }  # fmt: skip
        return {PREFIX + name: number for name, number in numbers.items()}

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Measure one checkout: the wait in the queue, a pre-ping and an opening are all part of it."""
        began = perf_counter()
        with self._lock:
            self._pending += 1
        try:
            yield
        except PoolTimeout:
            with self._lock:
                self._timeouts += 1
            raise
        except Exception:  # a task that was cancelled is neither: CancelledError is no Exception
            with self._lock:
                self._failed += 1
            raise
        else:
            with self._lock:
                self._waits = self._waits.and_one(perf_counter() - began)
        finally:
            with self._lock:
                self._pending -= 1

    def _opened(self, _: Any, record: Any) -> None:
        with self._lock:
            self._records.add(record)

    def _taken(self, _: Any, record: Any, __: Any) -> None:
        record.record_info["taken_at"] = perf_counter()

    def _left(self, _: Any, record: Any) -> None:
        """Note the end of a use. A record whose connection could not be opened is checked in as well: it was never taken."""
        taken_at = record.record_info.pop("taken_at", None)
        if taken_at is not None:
            with self._lock:
                self._uses = self._uses.and_one(perf_counter() - taken_at)
