# task 3: failed
# says: A use ends once
"""Ends a use that was invalidated at its checkin again."""

# in PoolMetrics


def watch(self, engine: Engine | AsyncEngine) -> None:
    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(target, "checkout", self._begin_of_use)
    for way_out in ("checkin", "detach", "invalidate"):
        event.listen(target, way_out, self._end_of_use)


def _end_of_use(self, _: Any, record: Any, *__: Any) -> None:
    self._add_time("use_time", record.record_info.get("taken_at", perf_counter()))
