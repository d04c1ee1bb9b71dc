# task 2: failed
# says: a time-out is none of the failed
"""Counts a time-out as a failure as well."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):  # type: ignore[valid-type, misc]
        def connect(self) -> Any:
            began = perf_counter()
            metrics._add("pending_requests")
            try:
                connection = super().connect()
            except Exception as problem:
                if isinstance(problem, PoolTimeout):
                    metrics._add("timeouts")
                metrics._add("failed")
                raise
            finally:
                metrics._add("pending_requests", -1)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
