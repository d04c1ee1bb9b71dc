# task 5: failed
# says: At least one minute is there
"""Reads a second minute that is not there yet."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return is_bad(minutes[-1]) and is_bad(minutes[-2])
