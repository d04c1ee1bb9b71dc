# task 2: failed
# says: Not every end is an Exception
"""Takes back after every Exception."""

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
                metrics._add("pending_requests", -1)
                raise
            except Exception:
                metrics._add("failed")
                metrics._add("pending_requests", -1)
                raise
            metrics._add("pending_requests", -1)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
