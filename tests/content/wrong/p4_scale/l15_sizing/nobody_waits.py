# task 3: failed
# says: Count who waits longer
"""Wants a connection for everybody, whatever the target."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(c for c in count(1) if sum(w == 0 for w in waits(trace, c)) >= 0.95 * len(trace))
