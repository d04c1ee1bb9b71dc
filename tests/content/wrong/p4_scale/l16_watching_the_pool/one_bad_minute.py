# task 5: failed
# says: It passes by itself
"""Rings after one bad minute."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return is_bad(minutes[-1])
