# task 4: failed
# says: one more that matters with 10
"""Compares with the last of the dict, and takes the first as large."""


def useful_connections(served: Mapping[int, float]) -> int:
    *_, last = served.values()
    return next(size for size, rate in served.items() if rate >= last and size > 2)
