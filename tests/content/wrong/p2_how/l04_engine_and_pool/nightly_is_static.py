# task 2: failed
# says: StaticPool has one connection, and everybody uses it at once.
"""Takes StaticPool for no pool."""

from sqlalchemy import StaticPool

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    "nightly": {"poolclass": StaticPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
