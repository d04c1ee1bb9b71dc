# task 1: failed
# says: Does every way through the function end in a `return`?
"""Forgets the return where the engine is made."""

_engines: dict[tuple[str, str], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    if (program, database_url) in _engines:
        return _engines[program, database_url]
    _engines[program, database_url] = create_engine(database_url, **SETTINGS[program])
