# task 6: failed
# says: Remember by both arguments, the whole of them.
"""Remembers by the last part of the address."""

_engines: dict[str, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = program + "@" + database_url.rsplit("/", 1)[-1]
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key]
