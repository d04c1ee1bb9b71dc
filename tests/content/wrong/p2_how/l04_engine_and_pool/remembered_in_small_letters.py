# task 6: failed
# says: STORE.db) after
"""Takes addresses that differ in capital letters for the same."""

_engines: dict[Any, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = program, database_url.lower()
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key]
