# task 2: failed
# says: changes the caller
"""Sorts in place."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    trace.sort(key=lambda one: one.at)  # type: ignore
    free = [0.0] * connections
    waited = []
    for checkout in trace:
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        waited.append(begins - checkout.at)
    return waited
