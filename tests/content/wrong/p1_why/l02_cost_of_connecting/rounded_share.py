# task 3: failed
# says: Do not round:
"""Rounds the share to two places."""


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    return round(connect / (connect + queries * query), 2)
