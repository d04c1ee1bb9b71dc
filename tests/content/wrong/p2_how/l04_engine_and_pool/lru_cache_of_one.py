# task 6: failed
# says: Whoever remembers one engine, or the last few, forgets the others.
"""Remembers one engine."""

from functools import lru_cache


@lru_cache(maxsize=1)
def engine_for(program: str, database_url: str) -> Engine:
    return create_engine(database_url, **SETTINGS[program])
