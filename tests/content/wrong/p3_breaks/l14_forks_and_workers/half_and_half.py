# task 4: failed
# says: both engines share
"""Shares alike."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    return {
        "shop": create_engine(database_url, pool_size=limit // 2, max_overflow=0),
        "reports": create_engine(database_url, pool_size=limit - limit // 2, max_overflow=0),
    }
