# task 3: failed
# says: Return a number on every way through the function.
"""Prints and returns nothing."""


def share_of_connecting(connect: float, query: float, queries: int) -> float:
    print(connect / (connect + queries * query))
