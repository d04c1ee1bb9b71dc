# task 2: failed
# says: which began late itself
"""Forgets that whoever waited holds for as long as before."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = checkout.at + checkout.held
        waited.append(begins - checkout.at)
    return waited
