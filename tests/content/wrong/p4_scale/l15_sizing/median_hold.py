# task 1: failed
# says: The mean of what they hold, not the median
"""Takes the typical request."""


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    from statistics import median

    return len(trace) / seconds * median(one.held for one in trace)
