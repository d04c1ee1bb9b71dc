# task 3: failed
# says: never gets rid of its queue
"""Takes the busy connections, rounded."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    return max(1, round(busy_connections(trace, max(one.at + one.held for one in trace))))
