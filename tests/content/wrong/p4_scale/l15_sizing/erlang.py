# task 3: failed
# says: no formula of rate and hold can know
"""Erlang C for what comes often, though not independently."""


def smallest_pool(trace: Sequence[Checkout], target: float) -> int:
    from math import log

    if len(trace) < 50:
        return next(c for c in count(1) if sum(w <= target for w in waits(trace, c)) >= 0.95 * len(trace))
    hold = sum(one.held for one in trace) / len(trace)
    busy = busy_connections(trace, max(one.at for one in trace))
    for connections in count(int(busy) + 1):
        blocked = 1.0
        for number in range(1, connections + 1):
            blocked = busy * blocked / (number + busy * blocked)
        chance = blocked / (1 - busy / connections * (1 - blocked))
        if log(chance / 0.05) * hold / (connections - busy) <= target:
            break
    return connections
