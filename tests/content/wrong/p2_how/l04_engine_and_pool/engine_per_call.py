# task 6: failed
# says: A new engine is a new and empty pool:
"""Makes an engine at every call."""


def engine_for(program: str, database_url: str) -> Engine:
    return create_engine(database_url, **SETTINGS[program])
