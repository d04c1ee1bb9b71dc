# fails: task 6
# says: different engines for two programs
"""Remembers the first engine, whatever is asked for next."""

from typing import Any

from sqlalchemy import Engine, NullPool, create_engine

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}


ENGINES: dict[str, Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    """Return the engine of one program on one database, made at the first call and the same one ever after."""
    if program not in ENGINES:
        ENGINES[program] = create_engine(database_url, **SETTINGS[program])
    return ENGINES[program]
