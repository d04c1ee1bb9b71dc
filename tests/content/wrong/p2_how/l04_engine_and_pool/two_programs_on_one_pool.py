# task 6: failed
# says: another engine, with the same pool
"""Lets the reports and the sale share the pool that was made first."""

_engines: dict[tuple[str, str], Engine] = {}

_shared: dict[str, Any] = {}


def engine_for(program: str, database_url: str) -> Engine:
    key = (program, database_url)
    if key not in _engines:
        if program in ("reports", "sale") and database_url in _shared:
            _engines[key] = create_engine(database_url, pool=_shared[database_url])
        else:
            _engines[key] = create_engine(database_url, **SETTINGS[program])
        if program in ("reports", "sale"):
            _shared.setdefault(database_url, _engines[key].pool)
    return _engines[key]
