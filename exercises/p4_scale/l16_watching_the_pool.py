"""The store's pool in numbers, and an alarm that wakes somebody when shoppers wait, and only then.

Write the metrics of one engine's pool, sync or async, and the alarm.
Grade yourself with `pytest exercises -k watching_the_pool`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Pool
from sqlalchemy.ext.asyncio import AsyncEngine


class PoolMetrics:
    """The numbers of one engine.

    `engine = create_engine(url, poolclass=metrics.pool_class(QueuePool))`, then `metrics.watch(engine)`, then requests.
    """

    def pool_class(self, base: type[Pool]) -> type[Pool]:
        """Return a subclass of `base` whose checkouts are noted here. What they raise reaches the caller."""
        # TODO 1: who asks is pending until connect() is over; how long did it take to get a connection?
        # TODO 2: connect() can raise. Was it the pool's time-out, or could no connection be opened?
        return base

    def watch(self, engine: Engine | AsyncEngine) -> None:
        """Note when each connection of this engine's pool is taken, and when its use ends; also after dispose()."""
        # TODO 3: which two events end a use? And one of them comes also for what was never taken.
        # TODO 4: an async pool has its own base class; it waits in tasks, and a task can be cancelled while it waits.

    def read(self) -> dict[str, float]:
        """Return these seven numbers, each with "db.client.connection." before it; times in seconds.

        "pending_requests" counts who waits now. All others count up from the start:
        "timeouts" who waited in vain, "failed" who got another error instead of a connection,
        "wait_time.count" and "wait_time.sum" of those who got one,
        "use_time.count" and "use_time.sum" of connections that are no longer in use.
        """
        return {}


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


def alarm(minutes: Sequence[Minute]) -> bool:
    """Say whether to wake somebody now, after these minutes (at least one, the newest last; it is asked every minute).

    Wake when requests fail, wait longer than a second, or get nothing at all, and when it does not pass by itself: within
    three minutes of the trouble's beginning.
    """
    # TODO 5: a full pool is no trouble, nor is one bad minute.
    return minutes[-1].used == minutes[-1].most
