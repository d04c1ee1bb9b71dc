# task 1: failed
# says: Subclass `base`, whatever it is
"""Takes every pool for a QueuePool."""

from sqlalchemy import QueuePool

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(QueuePool):
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
