# task 1: failed
# says: create_engine calls it `pool_size` and `pool_timeout`.
"""Leaves `pool_` away."""

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"size": 10, "max_overflow": 5, "timeout": 2},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
