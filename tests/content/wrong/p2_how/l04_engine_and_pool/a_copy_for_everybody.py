# task 6: failed
# says: It is a copy, with the same pool:
"""Hands out a copy of the engine with options of its own, on the same pool."""

_engines: dict[tuple[str, str], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url)
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key].execution_options(program=program)
