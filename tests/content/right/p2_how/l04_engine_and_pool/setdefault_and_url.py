"""Keyed by a URL object; makes an engine at each call and keeps the first."""

from sqlalchemy import make_url

_engines: dict[Any, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    return _engines.setdefault((make_url(database_url), program), create_engine(database_url, **SETTINGS[program]))
