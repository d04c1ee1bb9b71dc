"""An engine without a pool for the loading; one kept and the rest as overflow; a loop that tries sizes."""

from sqlalchemy import NullPool


def load_prices(engine: Engine) -> dict[str, int]:
    once = create_engine(engine.url, poolclass=NullPool)
    with once.connect() as connection:
        return dict(connection.execute(text("SELECT name, price FROM products")).tuples().all())


def connections_per_worker(plan: Plan) -> int:
    each = 0
    while plan.reserved + plan.others + (plan.hosts + plan.surge) * plan.workers * (each + 1) <= plan.max_connections:
        each += 1
    if each < 2:
        raise ValueError("too many workers")
    return each


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    limit = connections_per_worker(plan)
    return {
        "reports": create_engine(database_url, pool_size=1, max_overflow=0),
        "shop": create_engine(database_url, pool_size=1, max_overflow=limit - 2, pool_pre_ping=True),
    }
