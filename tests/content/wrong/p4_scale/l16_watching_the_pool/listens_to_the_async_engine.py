# task 4: failed
# says: An async engine has a sync engine inside
"""Listens to the async engine itself."""

# in PoolMetrics


def watch(self, engine: Engine | AsyncEngine) -> None:
    event.listen(engine, "checkout", self._begin_of_use)
    for way_out in ("checkin", "detach"):
        event.listen(engine, way_out, self._end_of_use)
