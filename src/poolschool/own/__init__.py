"""For an app of your own: who holds which connection of a pool, since when, at which line, for which endpoint.

    from poolschool.own import watch

    watched = watch(engine, app)      sync or async engine; FastAPI or Starlette app, or none
    watched.holders()                 who holds a connection now, the oldest checkout first
    watched.metrics()                 the pool in numbers, under OpenTelemetry's names

    pool events, connect() ─> watcher ─> holders ─> page, JSON, warnings in the log
                                      └> metrics ─> Prometheus
    pool events ─> loans ─> pytest --fail-on-leak

It needs SQLAlchemy and nothing else (the page needs Starlette, which a FastAPI app has). It stands beside `checks` and
imports no other room. The names are read on first use: every pytest run on this machine finds this room's plugin, and only
one that asks for it pays for importing SQLAlchemy.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poolschool.own.exposition import prometheus
    from poolschool.own.holders import Holder
    from poolschool.own.metrics import Times
    from poolschool.own.router import pool_router
    from poolschool.own.watcher import Watch, watch

__all__ = ["Holder", "Times", "Watch", "pool_router", "prometheus", "watch"]
HOMES = {
    "Holder": "holders",
    "Times": "metrics",
    "Watch": "watcher",
    "pool_router": "router",
    "prometheus": "exposition",
    "watch": "watcher",
}


def __getattr__(name: str) -> object:
    """Import a name from the module that it lives in."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
