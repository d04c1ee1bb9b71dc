# task 6: failed
# says: Whoever remembers one engine, or the last few, forgets the others.
"""Remembers the engine that was asked for last."""

_last: tuple[str, str] | None = None

_engine: Engine | None = None


def engine_for(program: str, database_url: str) -> Engine:
    global _last, _engine
    if _engine is None or _last != (program, database_url):
        _last, _engine = (program, database_url), create_engine(database_url, **SETTINGS[program])
    return _engine
