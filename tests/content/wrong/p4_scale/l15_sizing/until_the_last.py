# task 1: failed
# says: 4 ÷ 2 s come
"""Takes the time from the first to the last checkout."""


def busy_connections(trace: Sequence[Checkout], seconds: float) -> float:
    lasted = max(one.at + one.held for one in trace) - min(one.at for one in trace)
    return sum(one.held for one in trace) / lasted
