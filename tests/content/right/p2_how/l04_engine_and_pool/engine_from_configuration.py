"""Settings with prefixes for engine_from_config, remembered by nested caches."""

from functools import cache, partial
from sqlalchemy import engine_from_config

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"sqlalchemy.pool_size": "10", "sqlalchemy.max_overflow": "5", "sqlalchemy.pool_timeout": "2"},
    "nightly": {"sqlalchemy.poolclass": NullPool},
    "reports": {"sqlalchemy.pool_size": "4", "sqlalchemy.max_overflow": "0"},
    "warehouse": {"sqlalchemy.pool_recycle": "240", "sqlalchemy.pool_pre_ping": "true"},
    "sale": {
        "sqlalchemy.pool_size": "8",
        "sqlalchemy.max_overflow": "0",
        "sqlalchemy.pool_use_lifo": "true",
        "sqlalchemy.pool_pre_ping": "true",
    },
}


@cache
def program_on(program: str):
    @cache
    def at(database_url: str) -> Engine:
        return engine_from_config({"sqlalchemy.url": database_url, **SETTINGS[program]})

    return at


def engine_for(program: str, database_url: str) -> Engine:
    return program_on(program)(database_url)
