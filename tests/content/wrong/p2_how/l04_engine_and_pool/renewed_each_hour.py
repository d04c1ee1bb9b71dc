# task 6: failed
# says: asked for again a week later
"""Renews each engine after an hour."""

import time

_engines: dict[tuple[str, str], tuple[float, Engine]] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url)
    born, engine = _engines.get(key, (0.0, None))
    if engine is None or time.time() - born > 3600:
        born, engine = _engines[key] = time.time(), create_engine(database_url, **SETTINGS[program])
    return engine
