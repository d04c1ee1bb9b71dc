# task 5: failed
# says: Expected: a bool
"""Returns how many bad minutes there were."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return sum(is_bad(minute) for minute in minutes[-2:])
