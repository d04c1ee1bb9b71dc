# task 2: failed
# says: The clock cannot tell what it was
"""Whatever lasted as long as the patience is a time-out."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):  # type: ignore[valid-type, misc]
        def connect(self) -> Any:
            began = perf_counter()
            metrics._add("pending_requests")
            try:
                connection = super().connect()
            except Exception:
                late = perf_counter() - began >= self._timeout
                metrics._add("timeouts" if late else "failed")
                raise
            finally:
                metrics._add("pending_requests", -1)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
