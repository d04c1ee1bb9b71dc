# task 3: failed
# says: Each connection from its own checkout
"""Keeps the moment of the last checkout only."""

# in PoolMetrics


def _begin_of_use(self, _: Any, record: Any, __: Any) -> None:
    record.record_info["taken_at"] = self.taken_at = perf_counter()


def _end_of_use(self, _: Any, record: Any, *__: Any) -> None:
    if record.record_info.pop("taken_at", None) is not None:
        self._add_time("use_time", self.taken_at)
