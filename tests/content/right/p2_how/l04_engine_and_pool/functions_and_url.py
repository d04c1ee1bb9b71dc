"""One function for each program, QueuePool by name, limits for every program."""

from collections.abc import Callable
from functools import partial
from sqlalchemy import QueuePool

pooled = partial(create_engine, poolclass=QueuePool, pool_reset_on_return="rollback")

unpooled = partial(create_engine, poolclass=NullPool, pool_pre_ping=False)

MAKERS: dict[str, Callable[[str], Engine]] = {
    "web": partial(pooled, pool_size=10, max_overflow=5, pool_timeout=2.0, pool_pre_ping=True, pool_recycle=1800),
    "nightly": unpooled,
    "reports": partial(pooled, pool_size=4, max_overflow=0, pool_timeout=60),
    "warehouse": partial(pooled, pool_size=3, max_overflow=2, pool_recycle=239, pool_pre_ping=True),
    "sale": partial(pooled, pool_size=8, max_overflow=0, pool_use_lifo=True, pool_pre_ping=True, pool_recycle=600),
}


@cache
def engine_for(program: str, database_url: str) -> Engine:
    return MAKERS[program](database_url)
