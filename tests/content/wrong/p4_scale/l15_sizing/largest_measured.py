# task 4: failed
# says: not one more that matters with 10
"""Takes the largest size."""


def useful_connections(served: Mapping[int, float]) -> int:
    return max(served)
