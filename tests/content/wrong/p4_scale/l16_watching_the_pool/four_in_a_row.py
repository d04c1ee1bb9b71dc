# task 5: failed
# says: Two bad minutes are enough to be sure
"""Waits for a fourth bad minute."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return len(minutes) >= 4 and all(is_bad(minute) for minute in minutes[-4:])
