# task 6: failed
# says: asked for again a week later
"""Makes an engine for each day."""

from datetime import datetime

_engines: dict[Any, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url, datetime.now().date())
    if key not in _engines:
        _engines[key] = create_engine(database_url, **SETTINGS[program])
    return _engines[key]
