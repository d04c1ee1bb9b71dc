# task 3: failed
# says: no `checkin` will come: the event is `detach`
"""Believes that every use ends at a checkin."""

# in PoolMetrics


def watch(self, engine: Engine | AsyncEngine) -> None:
    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(target, "checkout", self._begin_of_use)
    event.listen(target, "checkin", self._end_of_use)
