# task 6: failed
# says: setdefault() are computed in any case
"""Makes an engine at each call, keeps the first, and throws the others away."""

_engines: dict[tuple[str, str], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    return _engines.setdefault((program, database_url), create_engine(database_url, **SETTINGS[program]))
