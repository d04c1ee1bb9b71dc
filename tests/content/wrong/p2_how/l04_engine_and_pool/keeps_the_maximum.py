# task 1: failed
# says: It keeps pool_size=15;
"""Keeps all fifteen, because more must be better."""

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 15, "max_overflow": 0, "pool_timeout": 2},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
