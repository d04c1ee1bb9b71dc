# task 6: failed
# says: store.db?timeout=7) after
"""Remembers by the name of the database, wherever it is."""

from sqlalchemy import make_url

_engines: dict[Any, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = program, make_url(database_url).database
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key]
