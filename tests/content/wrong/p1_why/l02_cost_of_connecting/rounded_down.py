# task 4: failed
# says: round up
"""Cuts off the part of a query."""


def queries_until(share: float, connect: float, query: float) -> int:
    return int(connect * (1 - share) / (share * query))
