# task 1: failed
# says: They are pending from the call of connect() until it is over
"""Counts as pending only those who have got one."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):
        def connect(self) -> Any:
            began = perf_counter()
            connection = super().connect()
            metrics._add("pending_requests")
            metrics._add_time("wait_time", began)
            metrics._add("pending_requests", -1)
            return connection

    return MeasuredPool
