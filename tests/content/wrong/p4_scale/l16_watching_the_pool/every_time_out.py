# task 2: failed
# says: The pool had room
"""Counts a driver that could not connect as a time-out of the pool."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):
        def connect(self) -> Any:
            began = perf_counter()
            metrics._add("pending_requests")
            try:
                connection = super().connect()
            except (PoolTimeout, TimeoutError):
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
