# task 3: failed
# says: Without a query connecting is everything
"""Answers 0 for a request without queries."""


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    return connect / (connect + queries * query) if queries else 0.0
