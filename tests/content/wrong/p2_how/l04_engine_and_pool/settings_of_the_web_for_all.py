# task 2: failed
# says: this engine has QueuePool: hand over
"""Makes every engine with the settings of the web shop."""


@cache
def engine_for(program: str, database_url: str) -> Engine:
    return create_engine(database_url, **SETTINGS["web"])
