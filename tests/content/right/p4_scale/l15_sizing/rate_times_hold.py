"""Little's law spelled out; statistics; a list of candidates; keyword arguments in a dict."""

from statistics import mean


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    rate = len(trace) / seconds
    return rate * mean(one.held for one in trace) if trace else 0


def useful_connections(served: Mapping[int, float]) -> int:
    candidates = [size for size in sorted(served) if served[size] / max(served.values()) >= 0.95]
    return candidates[0]


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    share = min(database.room // database.processes, useful_connections(database.served) // database.processes)
    wanted = smallest_pool(trace, target)
    doubled = smallest_pool([Checkout(at=one.at * 0.5, held=one.held) for one in trace], target)
    if share < wanted:
        raise ValueError(f"{wanted} wanted, {share} there")
    settings = {"pool_size": wanted, "max_overflow": max(0, min(doubled, share) - wanted), "pool_timeout": 2}
    return create_engine(database_url, **settings)
