# task 2: failed
# says: no wait is less than 0
"""Forgets that a connection may be free before somebody asks."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = free.index(min(free))
        free_before = free[place]
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        waited.append(free_before - checkout.at)
    return waited
