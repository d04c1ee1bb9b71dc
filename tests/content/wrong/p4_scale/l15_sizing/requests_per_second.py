# task 1: failed
# says: 4 ÷ 2 s come in a second
"""Counts requests, not how long they hold."""


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    return len(trace) / seconds
