# task 3: failed
# says: not percent
"""Answers in percent."""


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    return 100 * connect / (connect + queries * query)
