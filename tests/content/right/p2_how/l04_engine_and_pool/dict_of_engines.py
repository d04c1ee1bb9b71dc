"""Remembers engines in a dictionary, and keeps some settings in common."""

COMMON: dict[str, dict[str, Any]] = {program: {"pool_pre_ping": True} for program in ("warehouse", "sale")}

SETTINGS: dict[str, dict[str, Any]] = {
    "web": {"pool_size": 10, "max_overflow": 5, "pool_timeout": 2},
    "nightly": {"poolclass": NullPool, "pool_pre_ping": True},
    "reports": {"pool_size": 4, "max_overflow": 0},
    "warehouse": {"pool_recycle": 200},
    "sale": {"pool_size": 8, "max_overflow": 0, "pool_use_lifo": True},
}

ENGINES: dict[tuple[str, str], Engine] = {}


def engine_for(program: str, database_url: str) -> Engine:
    made = ENGINES.get((program, database_url))
    if made is None:
        made = ENGINES[program, database_url] = create_engine(
            database_url, **COMMON.get(program, {}), **SETTINGS[program]
        )
    return made
