# task 3: failed
# says: Each checkout begins a new use
"""Measures how long a connection has been open."""

# in PoolMetrics


def watch(self, engine: Engine | AsyncEngine) -> None:
    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(target, "connect", lambda raw, record: self._begin_of_use(raw, record, None))
    for way_out in ("checkin", "detach"):
        event.listen(target, way_out, self._end_of_use)
