# task 1: failed
# says: The event `checkout` comes too late for that
"""Counts by events, and has none for waiting."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    return type("MeasuredPool", (base,), {})


def _begin_of_use(self, _: Any, record: Any, __: Any) -> None:
    record.record_info["taken_at"] = perf_counter()
    self._add_time("wait_time", perf_counter())
