# task 6: failed
# says: Remember by both arguments, the whole of them.
"""Remembers the first engine, whatever is asked for next."""

ENGINES: dict[str, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    if program not in ENGINES:
        ENGINES[program] = create_engine(database_url, **SETTINGS[program])
    return ENGINES[program]
