# task 4: failed
# says: a bound of your own
"""Looks no further than a thousand."""


def queries_until(share: float, connect: float, query: float) -> int:
    part, opening, asking = (Fraction(str(number)) for number in (share, connect, query))
    return next((number for number in range(1000) if share_of_connecting(opening, asking, number) <= part), 1000)
