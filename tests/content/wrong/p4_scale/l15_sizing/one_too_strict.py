# task 3: failed
# says: 19 of 20 are 95 %
"""Takes the next larger wait as the p95."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sorted(waits(trace, c))[int(0.95 * len(trace))] <= target)
