# task 4: failed
# says: (here to 6.000000000000001)
"""Tries one less with floats."""


def queries_until(share: float, connect: float, query: float) -> int:
    queries = math.ceil(connect * (1 - share) / (share * query))
    return queries - (queries > 0 and share_of_connecting(connect, query, queries - 1) <= share)
