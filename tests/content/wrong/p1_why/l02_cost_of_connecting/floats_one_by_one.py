# task 4: failed
# says: Fraction(str(…))
"""Counts up with floats until the share is met."""


def queries_until(share: float, connect: float, query: float) -> int:
    queries = 0
    while share_of_connecting(connect, query, queries) > share:
        queries += 1
    return queries
