# task 2: failed
# says: The holding comes after it
"""Counts the holding as waiting."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        waited.append(begins + checkout.held - checkout.at if begins > checkout.at else 0.0)
    return waited
