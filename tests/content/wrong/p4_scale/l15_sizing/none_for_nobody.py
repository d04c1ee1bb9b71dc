# task 3: failed
# says: pool_size=0 would have no limit
"""Needs no connection if nobody came."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return next(
        c for c in count(1 if trace else 0) if c == 0 or sum(w <= target for w in waits(trace, c)) >= 0.95 * len(trace)
    )
