# task 4: failed
# says: that is no Exception, no time-out and no failure
"""Counts a cancelled task as a connection that could not be opened."""

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
            except BaseException:
                metrics._add("failed")
                raise
            finally:
                metrics._add("pending_requests", -1)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
