"""Traffic through a real pool, in a time of its own: who waits for how long, and what is opened.

    draw_traffic ──> [(at, held), …] ──┬─> serve_traffic   a real engine: connects and closes, moment by moment
                                       └─> foresee_waits   the same by arithmetic, for a pool without overflow

No thread and no clock: the same answer on every machine, however busy. Times are in seconds; a request asks at `at` and holds
its connection for `held`. Whoever asks first is served first.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace
from math import ceil
from random import Random

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

Request = tuple[float, float]
NEAR = 1e-6  # a share of requests; sums of floats differ in their last digits


@dataclass
class Served:
    """What the requests met: their waits in the order of asking, and how many connections were opened for them."""

    waits: list[float] = field(default_factory=list)
    opened: int = 0


def draw_traffic(seed: int, rate: float, hold: float, number: int) -> list[Request]:
    """Draw requests that come independently of each other, `rate` per second on average; holds vary exponentially."""
    chance, at = Random(seed), 0.0  # noqa: S311 - traffic, the same at each run
    requests = []
    for _ in range(number):
        at += chance.expovariate(rate)
        requests.append((at, chance.expovariate(1 / hold)))
    return requests


def serve_traffic(engine: Engine, requests: Iterable[Request]) -> Served:
    """Take requests through an engine's pool, which begins empty; who finds no connection stands in a queue of ours."""
    served = Served()

    def count(*_: object) -> None:
        served.opened += 1

    engine.dispose()
    event.listen(engine, "connect", count)
    engine.pool._timeout = 0  # type: ignore[attr-defined] # a real wait would stop our time
    try:
        _serve(engine, deque(sorted(requests, key=lambda request: request[0])), served)
    finally:
        event.remove(engine, "connect", count)
        engine.dispose()
    return served


def _serve(engine: Engine, asks: deque[Request], served: Served) -> None:
    ends: list[tuple[float, int, Connection]] = []
    queue: deque[Request] = deque()
    while asks or ends:
        if not asks or (ends and ends[0][0] <= asks[0][0]):  # returned first, then asked for
            now, _, connection = heappop(ends)
            connection.close()
        else:
            now = asks[0][0]
            queue.append(asks.popleft())
        while queue:
            try:
                connection = engine.connect()
            except PoolTimeout:
                break
            at, held = queue.popleft()
            served.waits.append(now - at)
            heappush(ends, (now + held, len(served.waits), connection))


def foresee_waits(requests: Iterable[Request], connections: int) -> list[float]:
    """Give the wait of each request for one of so many connections, in the order of asking."""
    free = [0.0] * connections
    waits = []
    for at, held in sorted(requests, key=lambda request: request[0]):
        begins = max(at, free[0])
        heapreplace(free, begins + held)
        waits.append(begins - at)
    return waits


def p95(waits: Sequence[float]) -> float:
    """Give the shortest time within which 95 % have their connection."""
    return sorted(waits)[ceil(0.95 * len(waits) - NEAR) - 1]


def fewest_connections(requests: Sequence[Request], target: float) -> int:
    """Give the smallest pool with which 95 % of the requests wait no longer than `target`."""
    connections = 1
    while p95(foresee_waits(requests, connections)) > target + NEAR:
        connections += 1
    return connections
