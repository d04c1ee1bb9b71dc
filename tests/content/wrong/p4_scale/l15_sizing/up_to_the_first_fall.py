# task 4: failed
# says: may be in any order
"""Walks through the dict until it falls."""


def useful_connections(served: Mapping[int, float]) -> int:
    sizes = list(served)
    for size, following in zip(sizes, sizes[1:], strict=False):
        if served[following] < served[size] * 1.05:
            return size
    return sizes[-1]
