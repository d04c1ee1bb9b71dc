"""Plain lists and loops, and a pool class named by hand."""

from sqlalchemy import QueuePool


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free, waited = [0.0] * connections, []
    for at, held in sorted((one.at, one.held) for one in trace):
        free.sort()
        waited.append(max(0.0, free[0] - at))
        free[0] = at + waited[-1] + held
    return waited


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    connections = 1
    while True:
        late = 0
        for wait in waits(trace, connections):
            if wait > target:
                late += 1
        if late <= len(trace) * 5 / 100:
            return connections
        connections += 1


def make_engine(database_url: str, trace: Sequence[Checkout], target: float, database: Database) -> Engine:
    size = smallest_pool(trace, target)
    most = smallest_pool([replace(one, at=one.at / 2) for one in trace], target)
    while most > size and most * database.processes > min(database.room, useful_connections(database.served)):
        most -= 1
    if size * database.processes > min(database.room, useful_connections(database.served)):
        raise ValueError("it does not fit")
    return create_engine(database_url, poolclass=QueuePool, pool_size=size, max_overflow=most - size)
