# task 6: failed
# says: the same engine, and 4 calls of dispose()
"""Empties the pool at each call, to be on the safe side."""


@cache
def made_once(program: str, database_url: str) -> Engine:
    return create_engine(database_url, **SETTINGS[program])


def engine_for(program: str, database_url: str) -> Engine:
    engine = made_once(program, database_url)
    engine.dispose()
    return engine
