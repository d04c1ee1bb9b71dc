"""Five programs of the store, each with a need of its own, and the one place where their engines are made."""

from functools import cache
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine

# What each program hands to create_engine. All times are in seconds.
SETTINGS: dict[str, dict[str, Any]] = {
    # Ten are kept; five may come on top. max_overflow is not the total.
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    # NullPool takes no size: it keeps nothing. It has no limit either; here the pooler behind it is the limit.
    "nightly": {"poolclass": NullPool},
    # A promise to the database's owner is kept by max_overflow=0, not by pool_size alone.
    "reports": {"pool_size": 4, "max_overflow": 0},
    # pool_recycle goes by age since opening, and idle time is never longer than that: 4 minutes are on the safe side.
    # It looks at the clock only; whether the connection still answers is what the ping finds out.
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    # Lending in turn would keep all eight awake. Last in, first out lets seven rest until the server closes them;
    # the ping finds the closed ones when the next rush needs them.
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}


# The cache remembers by both arguments, so each program on each database has one engine for as long as the process
# lives. It does no harm to make an engine early: nothing is opened before the first loan.
@cache
def engine_for(program: str, database_url: str) -> Engine:
    """Return the engine of one program on one database, made at the first call and the same one ever after."""
    return create_engine(database_url, **SETTINGS[program])
