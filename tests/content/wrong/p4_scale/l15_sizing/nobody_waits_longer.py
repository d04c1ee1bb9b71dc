# task 3: failed
# says: Count who waits longer
"""Looks at the longest wait."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if max(waits(trace, c)) <= target)
