# task 4: failed
# says: So many are not enough: round up
"""Rounds to two places before it rounds up."""


def queries_until(share: float, connect: float, query: float) -> int:
    return math.ceil(round(connect * (1 - share) / (share * query), 2))
