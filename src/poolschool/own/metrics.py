"""A pool in numbers: the names are OpenTelemetry's `db.client.connection.*`, times are in seconds.

What counts, counts up from the start of the process, as Prometheus and OpenTelemetry expect it; what is now (pending, used,
idle) is as it is now. A connect that failed has no name there: `failed` is our own.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Any

from sqlalchemy.exc import TimeoutError as PoolTimeout

PREFIX = "db.client.connection."
BOUNDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)  # seconds: the upper ends of the buckets
UNSORTED = 1000  # durations at most that wait to be sorted into buckets


@dataclass(frozen=True)
class Times:
    """Durations in seconds, counted in buckets; the last bucket is for those above all BOUNDS."""

    count: int = 0
    sum: float = 0.0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)


class Durations:
    """Times that grow.

    Each is first put into a deque, and sorted into its bucket when somebody reads or when there are many: `append` and
    `popleft` are one step each, so a checkout waits for no lock, and the collector may interrupt it anywhere.
    """

    def __init__(self) -> None:
        self._new = deque[float]()
        self._lock = RLock()  # re-entrant: the collector may return a leaked connection while its thread counts
        self._times = Times()

    def add(self, seconds: float) -> None:
        """Count one more."""
        self._new.append(seconds)
        if len(self._new) > UNSORTED:
            self.read()

    def read(self) -> Times:
        """Return them as they are now."""
        with self._lock:
            new = list(self._taken_out())
            buckets = list(self._times.buckets)
            for seconds in new:
                buckets[bisect_left(BOUNDS, seconds)] += 1
            self._times = Times(self._times.count + len(new), self._times.sum + sum(new), tuple(buckets))
            return self._times

    def _taken_out(self) -> Iterator[float]:
        with suppress(IndexError):
            while True:
                yield self._new.popleft()


class Counts:
    """What one pool has done since the start of this process, and who waits now."""

    def __init__(self) -> None:
        self.asking: list[None] = []  # one for each who waits: a list, for append and pop are one step each
        self.waits, self.uses = Durations(), Durations()
        self._lock = Lock()
        self._timeouts = self._failed = 0

    def fail(self, problem: Exception) -> None:
        """Count a wait that ended without a connection."""
        with self._lock:
            self._timeouts += isinstance(problem, PoolTimeout)
            self._failed += not isinstance(problem, PoolTimeout)

    def read(self) -> dict[str, Any]:
        """Return them by name."""
        return {
            "pending_requests": len(self.asking), "timeouts": self._timeouts, "failed": self._failed,
            "wait_time": self.waits.read(), "use_time": self.uses.read(),
        }  # fmt: skip
