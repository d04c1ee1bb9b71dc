# task 4: failed
# says: 18 are enough:
"""Searches until the share is below, not at most."""


def queries_until(share: float, connect: float, query: float) -> int:
    queries = 0
    while share_of_connecting(connect, query, queries) >= share:
        queries += 1
    return queries
