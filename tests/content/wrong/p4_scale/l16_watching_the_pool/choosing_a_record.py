# task 3: failed
# says: still inside of connect(): measure all of it
"""Measures a private method: how a record is chosen, without its ping or its opening anew."""

# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    metrics = self

    class MeasuredPool(base):  # type: ignore[valid-type, misc]
        def _do_get(self) -> Any:
            began = perf_counter()
            metrics._add("pending_requests")
            try:
                connection = super()._do_get()
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
