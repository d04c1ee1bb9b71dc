# fails: task 4
# says: 60 s old
"""Gives the age in minutes."""

from functools import cache
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 4, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}


@cache
def engine_for(program: str, database_url: str) -> Engine:
    """Return the engine of one program on one database, made at the first call and the same one ever after."""
    return create_engine(database_url, **SETTINGS[program])
