# task 4: failed
# says: both engines share
"""Gives the shop all that the worker may have."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    return {
        "shop": create_engine(database_url, pool_size=limit, max_overflow=0),
        "reports": create_engine(database_url, pool_size=1, max_overflow=0),
    }
