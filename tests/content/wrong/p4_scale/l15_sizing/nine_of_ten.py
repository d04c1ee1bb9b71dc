# task 3: failed
# says: 18 of 20 are 90 %
"""Is content with 90 %."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sum(w <= target for w in waits(trace, c)) >= 0.9 * len(trace))
