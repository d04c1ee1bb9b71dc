# task 4: failed
# says: both engines share
"""Hands out one engine under two names."""


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    engine = create_engine(database_url, pool_size=connections_per_worker(plan), max_overflow=0)
    return {"shop": engine, "reports": engine}
