# task 4: failed
# says: which is what is written
"""Makes fractions of floats, with all that they are off."""


def queries_until(share: float, connect: float, query: float) -> int:
    part, opening, asking = map(Fraction, (share, connect, query))
    return math.ceil(opening * (1 - part) / (part * asking))
