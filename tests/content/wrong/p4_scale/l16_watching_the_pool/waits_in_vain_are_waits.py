# task 2: failed
# says: no wait time is recorded for it
"""Records the wait of those who got nothing, too."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):
        def connect(self) -> Any:
            began = perf_counter()
            metrics._add("pending_requests")
            try:
                connection = super().connect()
            except PoolTimeout:
                metrics._add("timeouts")
                raise
            except Exception:
                metrics._add("failed")
                raise
            finally:
                metrics._add("pending_requests", -1)
                metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
