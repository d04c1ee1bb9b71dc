# task 4: failed
# says: create_engine opens nothing by itself
"""Opens the first connection, so that the first request need not wait."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    engines = {
        "shop": create_engine(database_url, pool_size=limit - 1, max_overflow=0),
        "reports": create_engine(database_url, pool_size=1, max_overflow=0),
    }
    engines["shop"].connect().close()
    return engines
