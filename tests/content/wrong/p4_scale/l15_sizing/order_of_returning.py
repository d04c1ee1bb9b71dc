# task 2: failed
# says: The trace is in the order of returning
"""Takes the trace as it comes."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in trace:
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        waited.append(begins - checkout.at)
    return waited
