# task 3: failed
# says: Count who waits longer
"""Looks at the mean of the waits."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sum(waits(trace, c)) / len(trace) <= target)
