# task 2: failed
# says: the waits are in the order of asking
"""Replays in the order of asking, answers in the order of returning."""


def waits(trace: Sequence[Checkout], connections: int) -> list[float]:
    free = [0.0] * connections
    waited = {}
    for place in sorted(range(len(trace)), key=lambda one: trace[one].at):
        begins = max(trace[place].at, min(free))
        free[free.index(min(free))] = begins + trace[place].held
        waited[place] = begins - trace[place].at
    return [waited[place] for place in range(len(trace))]
