# task 4: failed
# says: contains connecting too
"""Wants connecting to be a share of the queries' time."""


def queries_until(share: float, connect: float, query: float) -> int:
    return math.ceil(connect / (share * query))
