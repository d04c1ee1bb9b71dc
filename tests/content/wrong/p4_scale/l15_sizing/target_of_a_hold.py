# task 3: failed
# says: The target counts
"""Takes a hold as the target."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    hold = sum(one.held for one in trace) / len(trace)
    return next(c for c in count(1) if sum(w <= hold for w in waits(trace, c)) >= 0.95 * len(trace))
