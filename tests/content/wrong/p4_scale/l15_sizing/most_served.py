# task 4: failed
# says: not one more that matters with 10
"""Takes the size with the most."""


def useful_connections(served: Mapping[int, float]) -> int:
    return max(served, key=lambda size: served[size])
