# task 2: failed
# says: A wait ends where the holding begins
"""Counts the holding of everybody as waiting."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        begins = max(checkout.at, free[0])
        heapreplace(free, begins + checkout.held)
        waited.append(begins + checkout.held - checkout.at)
    return waited
