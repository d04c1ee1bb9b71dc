"""The store's pool in numbers, and an alarm that wakes somebody when shoppers wait, and only then."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, Pool, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

PREFIX = "db.client.connection."
NAMES = ("pending_requests", "timeouts", "failed", "wait_time.count", "wait_time.sum", "use_time.count", "use_time.sum")


class PoolMetrics:
    """The numbers of one engine.

    `engine = create_engine(url, poolclass=metrics.pool_class(QueuePool))`, then `metrics.watch(engine)`, then requests.
    """

    def __init__(self) -> None:
        # All in self: two engines have two PoolMetrics. The lock is one that a thread may take twice, since the collector
        # can return a leaked connection, and so call our listener, while this thread is counting.
        self._numbers: Counter[str] = Counter()
        self._lock = RLock()

    def pool_class(self, base: type[Pool]) -> type[Pool]:
        """Return a subclass of `base` whose checkouts are noted here. What they raise reaches the caller."""
        metrics = self

        # A class, because dispose() makes a new pool: of the same class, so it goes on measuring.
        class MeasuredPool(base):  # type: ignore[valid-type, misc]
            def connect(self) -> Any:
                began = perf_counter()
                metrics._add("pending_requests")
                try:
                    connection = super().connect()
                except PoolTimeout:  # SQLAlchemy's. Python's own TimeoutError is a driver that could not connect.
                    metrics._add("timeouts")
                    raise
                except Exception:
                    metrics._add("failed")
                    raise
                finally:  # also for a cancelled task: CancelledError is no Exception
                    metrics._add("pending_requests", -1)
                metrics._add_time("wait_time", began)
                return connection

        return MeasuredPool

    def watch(self, engine: Engine | AsyncEngine) -> None:
        """Note when each connection of this engine's pool is taken, and when its use ends; also after dispose()."""
        # An async engine has no events of its own: its pool is the sync engine's.
        target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        # Listeners of an engine follow it: dispose() makes a new pool, and the new one gets them.
        event.listen(target, "checkout", self._begin_of_use)
        for way_out in ("checkin", "detach"):
            event.listen(target, way_out, self._end_of_use)

    def read(self) -> dict[str, float]:
        """Return seven numbers, each with "db.client.connection." before it; times in seconds."""
        with self._lock:
            return {PREFIX + name: self._numbers[name] for name in NAMES}

    def _add(self, name: str, number: float = 1) -> None:
        with self._lock:  # += is not one step: two threads may read the same number
            self._numbers[name] += number  # type: ignore[assignment] # a Counter counts seconds just as well

    def _add_time(self, name: str, began: float) -> None:
        with self._lock:
            self._add(f"{name}.count")
            self._add(f"{name}.sum", perf_counter() - began)

    def _begin_of_use(self, _: Any, record: Any, __: Any) -> None:
        # Nobody else has this record until it is returned (but in a StaticPool): the moment can lie in it.
        record.record_info["taken_at"] = perf_counter()

    def _end_of_use(self, _: Any, record: Any) -> None:
        # A record whose connection could not be opened again is checked in as well: nobody had it, so it has no moment.
        taken_at = record.record_info.pop("taken_at", None)
        if taken_at is not None:
            self._add_time("use_time", taken_at)


@dataclass(frozen=True)
class Minute:
    """What is read once a minute; times in seconds, None if there was nothing to time in this minute."""

    most: int  # pool_size + max_overflow
    used: int  # connections in use at the end of the minute
    pending: int  # who waits at the end of the minute
    timeouts: int  # in this minute, as all below
    failed: int
    obtained: int  # who got a connection
    wait_p95: float | None
    use_p95: float | None


def is_bad(minute: Minute) -> bool:
    """Say whether shoppers were hurt in this minute."""
    failing = minute.timeouts or minute.failed
    late = minute.wait_p95 is not None and minute.wait_p95 > 1
    stuck = minute.pending and not minute.obtained  # wait_p95 is None then: nobody's wait has ended
    return bool(failing or late or stuck)


def alarm(minutes: Sequence[Minute]) -> bool:
    """Say whether to wake somebody now: two bad minutes in a row, so that a deploy's first minute wakes nobody."""
    return len(minutes) >= 2 and all(is_bad(minute) for minute in minutes[-2:])
