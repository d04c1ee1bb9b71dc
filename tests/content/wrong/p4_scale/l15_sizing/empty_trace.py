# task 1: failed
# says: ZeroDivisionError
"""Divides by the number of checkouts."""


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    return len(trace) / seconds * (sum(one.held for one in trace) / len(trace))
