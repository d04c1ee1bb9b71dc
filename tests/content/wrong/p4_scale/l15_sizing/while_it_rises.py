# task 4: failed
# says: Measurements need not rise
"""Goes on from the smallest as long as the next is worse or equal than 95 % of the most."""


def useful_connections(served: Mapping[int, float]) -> int:
    most, best = max(served.values()), 0
    for size in sorted(served, reverse=True):
        if served[size] >= 0.95 * most:
            best = size
        elif best:
            break
    return best
