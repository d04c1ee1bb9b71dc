# task 2: failed
# says: the endpoint must know
"""Counts the time-out, and hands out nothing."""

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
                return None
            except Exception:
                metrics._add("failed")
                raise
            finally:
                metrics._add("pending_requests", -1)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
