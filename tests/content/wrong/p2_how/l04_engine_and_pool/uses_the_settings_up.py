# task 1: failed
# says: Are the SETTINGS the same as before the first call?
"""Takes the settings out of the dict as it uses them."""

_engines: dict[tuple[str, str], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url)
    if key not in _engines:
        settings: dict[str, Any] = {}
        while SETTINGS[program]:
            name, value = SETTINGS[program].popitem()
            settings[name] = value
        _engines[key] = create_engine(database_url, **settings)
    return _engines[key]
