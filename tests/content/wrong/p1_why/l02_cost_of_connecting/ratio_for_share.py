# task 3: failed
# says: contains connecting
"""Divides by the queries alone."""


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    return connect / (queries * query)
