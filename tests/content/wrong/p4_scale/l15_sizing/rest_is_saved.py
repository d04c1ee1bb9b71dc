# task 2: failed
# says: what it did not use is lost
"""Adds up the holds of each connection, as if it never rested."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = free[place] + checkout.held
        waited.append(begins - checkout.at)
    return waited
