# task 3: failed
# says: Nobody had taken it: no use has ended
"""Ends a use at every checkin."""

# in PoolMetrics


def _end_of_use(self, _: Any, record: Any) -> None:
    self._add_time("use_time", record.record_info.get("taken_at", perf_counter()))
