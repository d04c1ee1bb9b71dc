# task 6: failed
# says: All threads share one engine, and its pool.
# passes in the page, which has no threads
"""Remembers engines in a threading.local."""

from threading import local

_local = local()


def engine_for(program: str, database_url: str) -> Engine:
    engines = _local.__dict__
    if (program, database_url) not in engines:
        engines[program, database_url] = create_engine(database_url, **SETTINGS[program])
    return engines[program, database_url]
