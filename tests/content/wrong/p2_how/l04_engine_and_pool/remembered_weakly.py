# task 6: failed
# says: A new engine is a new and empty pool:
"""Remembers engines only as long as somebody uses them."""

from weakref import WeakValueDictionary

_engines = WeakValueDictionary()


def engine_for(program: str, database_url: str) -> Engine:
    engine = _engines.get((program, database_url))
    if engine is None:
        engine = _engines[program, database_url] = create_engine(database_url, **SETTINGS[program])
    return engine
