# task 4: failed
# says: SQLAlchemy cannot listen to a class of async pools
"""Listens to the class it has made."""

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

    event.listen(MeasuredPool, "checkout", self._begin_of_use)
    for way_out in ("checkin", "detach"):
        event.listen(MeasuredPool, way_out, self._end_of_use)
    return MeasuredPool


def watch(self, engine: Engine | AsyncEngine) -> None:
    pass
