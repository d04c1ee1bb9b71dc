# task 1: failed
# says: The engine was made, and could not connect.
"""Gives a PostgreSQL driver's keyword."""

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "connect_args": {"connect_timeout": 2}},
    "nightly": {"poolclass": NullPool},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 240, "pool_pre_ping": True},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True, "pool_pre_ping": True},
}
