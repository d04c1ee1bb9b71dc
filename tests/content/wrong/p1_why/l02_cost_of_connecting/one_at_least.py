# task 4: failed
# says: no query is needed: 0
"""Wants a query in any case."""


def queries_until(share: float, connect: float, query: float) -> int:
    return max(1, math.ceil(round(connect * (1 - share) / (share * query), 9)))
