# task 3: failed
# says: A wait of just the target
"""Wants them to wait less than the target."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sum(w < target for w in waits(trace, c)) >= 0.95 * len(trace))
