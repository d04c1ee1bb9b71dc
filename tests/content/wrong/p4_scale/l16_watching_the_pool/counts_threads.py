# task 4: failed
# says: count requests, not threads
"""Counts the threads that wait."""

from threading import get_ident

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):
        def connect(self) -> Any:
            began = perf_counter()
            waiting = metrics.__dict__.setdefault("waiting", set())
            waiting.add(get_ident())
            metrics._numbers["pending_requests"] = len(waiting)
            try:
                connection = super().connect()
            except PoolTimeout:
                metrics._add("timeouts")
                raise
            except Exception:
                metrics._add("failed")
                raise
            finally:
                waiting.discard(get_ident())
                metrics._numbers["pending_requests"] = len(waiting)
            metrics._add_time("wait_time", began)
            return connection

    return MeasuredPool
