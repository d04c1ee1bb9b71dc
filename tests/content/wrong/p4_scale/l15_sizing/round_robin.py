# task 2: failed
# says: The third takes the connection that is free first
"""Hands the connections out in turn."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = len(waited) % connections
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        waited.append(begins - checkout.at)
    return waited
