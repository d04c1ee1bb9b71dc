# task 2: failed
# says: 0 for who need not wait
"""Leaves out those who did not wait."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = []
    for checkout in sorted(trace, key=lambda one: one.at):
        place = free.index(min(free))
        begins = max(checkout.at, free[place])
        free[place] = begins + checkout.held
        if begins > checkout.at:
            waited.append(begins - checkout.at)
    return waited
