"""Keyed by a URL object instead of its text."""

from sqlalchemy import URL, make_url

_engines: dict[tuple[str, URL], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = program, make_url(database_url)
    if (engine := _engines.get(key)) is None:
        engine = _engines[key] = create_engine(key[1], **SETTINGS[program])
    return engine
