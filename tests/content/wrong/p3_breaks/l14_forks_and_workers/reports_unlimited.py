# task 4: failed
# says: pool_size=0 is none
"""Takes zero for no pool."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    return {
        "shop": create_engine(database_url, pool_size=limit - 1, max_overflow=0),
        "reports": create_engine(database_url, pool_size=0, max_overflow=1),
    }
