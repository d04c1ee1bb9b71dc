"""The engine of each flavour, as the settings ask for it."""

from typing import Any
from uuid import uuid4

from sqlalchemy import AsyncAdaptedQueuePool, Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from poolschool.store.metrics import PoolMetrics
from poolschool.store.settings import Settings


def make_engine(settings: Settings, metrics: PoolMetrics) -> Engine:
    """Make the one engine of a process whose endpoints are `def`."""
    pool = metrics.measured(QueuePool if settings.pooled else NullPool)
    engine = create_engine(settings.database_url, poolclass=pool, **_options(settings))
    _measure(engine, settings, metrics)
    return engine


def make_async_engine(settings: Settings, metrics: PoolMetrics) -> AsyncEngine:
    """Make the one engine of a process whose endpoints are `async def`."""
    pool = metrics.measured(AsyncAdaptedQueuePool if settings.pooled else NullPool)
    engine = create_async_engine(settings.database_url, poolclass=pool, **_options(settings))
    _measure(engine.sync_engine, settings, metrics)
    return engine


def _measure(engine: Engine, settings: Settings, metrics: PoolMetrics) -> None:
    """Let the metrics watch an engine, and its transactions take as long as the settings say."""
    metrics.watch(engine)
    metrics.largest.set(settings.pool_size + settings.max_overflow if settings.pooled else float("inf"))
    _take_longer(engine, settings.query_ms)


def _options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"connect_args": _connect_args(settings), "pool_pre_ping": settings.pool_pre_ping}
    if settings.pooled:
        options |= {"pool_size": settings.pool_size, "max_overflow": settings.max_overflow}
        options |= {"pool_timeout": settings.pool_timeout}
    return options


def _connect_args(settings: Settings) -> dict[str, Any]:
    """Turn prepared statements off where they must be: each driver has its own words for that."""
    if settings.prepared_statements:
        return {}
    if make_url(settings.database_url).get_driver_name() == "asyncpg":
        return {"prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: f"__{uuid4()}__"}
    return {"prepare_threshold": None}


def _take_longer(engine: Engine, milliseconds: float) -> None:
    """Let each transaction take longer in the database: a load test on one machine has no network and no big tables."""
    if milliseconds:

        @event.listens_for(engine, "begin")
        def sleep(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_sleep({milliseconds / 1000})")
