# task 6: failed
# says: All threads share one engine, and its pool.
"""Remembers engines in a context variable."""

from contextvars import ContextVar

_engines: ContextVar[dict] = ContextVar("engines")


def engine_for(program: str, database_url: str) -> Engine:
    try:
        engines = _engines.get()
    except LookupError:
        engines = {}
        _engines.set(engines)
    if (program, database_url) not in engines:
        engines[program, database_url] = create_engine(database_url, **SETTINGS[program])
    return engines[program, database_url]
