# task 6: failed
# says: ann:a@north/store
# passes in the page, which has no driver for PostgreSQL
"""Remembers by the printed address, in which every password is ***."""

from sqlalchemy import make_url

_engines: dict[Any, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = program, str(make_url(database_url))
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key]
