# task 6: failed
# says: It is a second engine on the same pool:
"""Remembers the pool and makes an engine for each caller."""

_pools: dict[tuple[str, str], Any] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url)
    if key not in _pools:
        _pools[key] = create_engine(database_url, **SETTINGS[program]).pool
    return create_engine(database_url, pool=_pools[key])
