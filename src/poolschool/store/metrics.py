"""The pool in numbers, as Prometheus reads them: OpenTelemetry's names, with underscores for dots.

SQLAlchemy has events for connect, checkout, checkin and close, and none for waiting and for a time-out: for these two,
the pool's own `connect()` is measured.
"""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Engine, Pool, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
POOL, STATE = "db_client_connection_pool_name", "db_client_connection_state"


class PoolMetrics:
    """The numbers of one engine's pool, whatever its class."""

    def __init__(self, name: str) -> None:
        self.registry = CollectorRegistry()

        def histogram(what: str, meaning: str) -> Histogram:
            metric = Histogram(
                f"db_client_connection_{what}_seconds", meaning, [POOL], registry=self.registry, buckets=SECONDS
            )
            return metric.labels(name)

        def counter(what: str, meaning: str) -> Counter:
            return Counter(f"db_client_connection_{what}", meaning, [POOL], registry=self.registry).labels(name)

        count = Gauge("db_client_connection_count", "Open connections.", [POOL, STATE], registry=self.registry)
        self.used, self.idle = count.labels(name, "used"), count.labels(name, "idle")
        self.largest = Gauge(
            "db_client_connection_max", "Connections that may be open.", [POOL], registry=self.registry
        ).labels(name)
        self.pending = Gauge(
            "db_client_connection_pending_requests", "Who waits for a connection now.", [POOL], registry=self.registry
        ).labels(name)
        self.wait_time = histogram("wait_time", "From asking for a connection to having it.")
        self.use_time = histogram("use_time", "From having a connection to returning it.")
        self.create_time = histogram("create_time", "Opening a connection.")
        self.timeouts = counter("timeouts", "Who waited in vain.")
        # The two names of our own: what OpenTelemetry has no name for.
        self.refused = counter("create_failures", "Connections that the database did not give.")
        self.loop_lag = Histogram(
            "event_loop_lag_seconds", "How late the event loop is.", registry=self.registry, buckets=SECONDS
        )

    def text(self) -> bytes:
        """Write all numbers in Prometheus' text format."""
        return generate_latest(self.registry)

    def measured(self, pool_class: type[Pool]) -> type[Pool]:
        """Make a pool class that measures the wait: pass it as `poolclass`."""
        metrics = self

        class MeasuredPool(pool_class):  # type: ignore[valid-type,misc]
            def connect(self) -> Any:
                with metrics.pending.track_inprogress(), metrics.wait_time.time():
                    try:
                        return super().connect()
                    except PoolTimeout:
                        metrics.timeouts.inc()
                        raise

        return MeasuredPool

    def watch(self, engine: Engine) -> None:
        """Count what the engine's pool opens, hands out, takes in and closes; call it before the first connect."""

        @event.listens_for(engine, "do_connect")
        def opening(dialect: Any, _record: Any, arguments: Any, keywords: Any) -> Any:
            began = time.perf_counter()
            with self.refused.count_exceptions():
                connection = dialect.connect(*arguments, **keywords)
            self.create_time.observe(time.perf_counter() - began)
            return connection

        @event.listens_for(engine, "connect")
        def opened(_connection: Any, _record: Any) -> None:
            self.idle.inc()

        @event.listens_for(engine, "close")
        def closed(_connection: Any, _record: Any) -> None:
            self.idle.dec()

        @event.listens_for(engine, "checkout")
        def taken(_connection: Any, record: Any, _proxy: Any) -> None:
            record.record_info["taken_at"] = time.perf_counter()
            self.used.inc()
            self.idle.dec()

        @event.listens_for(engine, "checkin")
        def returned(_connection: Any, record: Any) -> None:
            if (taken_at := record.record_info.pop("taken_at", None)) is None:
                return  # a pre-ping failed: nobody had it
            self.used.dec()
            self.idle.inc()
            self.use_time.observe(time.perf_counter() - taken_at)

        @event.listens_for(engine, "detach")
        def detached(_connection: Any, record: Any) -> None:  # the collector found an async connection that leaked
            self.used.dec()
            record.record_info.pop("taken_at", None)
