# task 1: failed
# says: Pool class AsyncAdaptedQueuePool cannot be used
"""Takes the pool of async engines for a faster one."""

from sqlalchemy import AsyncAdaptedQueuePool

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"poolclass": AsyncAdaptedQueuePool, "pool_size": 10, "max_overflow": 5},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
