"""Listens to the pool, whose listeners its successor inherits; rings after three minutes."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return sum(is_bad(minute) for minute in minutes[-3:]) == 3


# in PoolMetrics


def watch(self, engine: Engine | AsyncEngine) -> None:
    pool = engine.sync_engine.pool if isinstance(engine, AsyncEngine) else engine.pool
    event.listen(pool, "checkout", self._begin_of_use)
    for way_out in ("checkin", "detach"):
        event.listen(pool, way_out, self._end_of_use)
