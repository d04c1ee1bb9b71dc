"""Settings as a frozen dataclass, engine_for as an attribute of a default argument."""

from dataclasses import asdict, dataclass

from sqlalchemy.pool import QueuePool


@dataclass(frozen=True)
class Pooled:
    poolclass: type = QueuePool
    pool_size: int = 5
    max_overflow: int = 10
    pool_timeout: float = 30
    pool_recycle: int = -1
    pool_pre_ping: bool = False
    pool_use_lifo: bool = False


SETTINGS = {
    "web": asdict(Pooled(pool_size=10, max_overflow=5, pool_timeout=2.0)),
    "nightly": dict(poolclass=NullPool),
    "reports": asdict(Pooled(pool_size=4, max_overflow=0, pool_pre_ping=True)),
    "warehouse": asdict(Pooled(pool_recycle=239, pool_pre_ping=True, max_overflow=0)),
    "sale": asdict(Pooled(pool_size=8, max_overflow=0, pool_pre_ping=True, pool_use_lifo=True)),
}


def engine_for(program: str, database_url: str, *, made: dict = {}) -> Engine:
    if (known := made.get((program, database_url))) is None:
        known = made[program, database_url] = create_engine(database_url, **SETTINGS[program])
    return known
