# task 3: failed
# says: 0.25 is more than 0.249
"""Is content with a fifth more than the target."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sum(w <= 1.2 * target for w in waits(trace, c)) >= 0.95 * len(trace))
