# task 3: failed
# says: pool_size=0 lifts the limit
"""Believes that zero are kept and four may come on top."""

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 0, "max_overflow": 4},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
