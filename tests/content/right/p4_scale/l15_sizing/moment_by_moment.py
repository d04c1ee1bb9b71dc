"""Waits from a simulation, moment by moment; a search by halves."""

from bisect import bisect_left
from collections import deque


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    asks = deque(sorted(trace, key=lambda one: one.at))
    ends: list[float] = []
    waited = []
    while asks:
        one = asks.popleft()
        ends = [end for end in ends if end > one.at]
        start = one.at if len(ends) < connections else sorted(ends)[len(ends) - connections]
        ends.append(start + one.held)
        waited.append(start - one.at)
    return waited


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    late = len(trace) // 20

    def enough(connections: int) -> bool:
        return sorted(waits(trace, connections), reverse=True)[late] <= target

    return bisect_left(range(1, len(trace) + 1), True, key=enough) + 1
