# task 4: failed
# says: pool_size + max_overflow is the limit
"""Sets the size, and leaves the overflow at 10."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    return {
        "shop": create_engine(database_url, pool_size=limit - 1),
        "reports": create_engine(database_url, pool_size=1),
    }
