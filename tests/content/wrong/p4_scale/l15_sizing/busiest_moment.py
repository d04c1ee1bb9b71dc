# task 1: failed
# says: 4 ÷ 2 s come
"""Counts the most that were busy at once."""


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    return float(max(sum(each.at <= one.at < each.at + each.held for each in trace) for one in trace))
