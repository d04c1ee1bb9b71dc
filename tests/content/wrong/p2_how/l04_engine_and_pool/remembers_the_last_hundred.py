# task 6: failed
# says: asked for again after 150 others
"""Remembers as many as lru_cache does by itself."""

from functools import lru_cache


@lru_cache
def engine_for(program: str, database_url: str) -> Engine:
    return create_engine(database_url, **SETTINGS[program])
