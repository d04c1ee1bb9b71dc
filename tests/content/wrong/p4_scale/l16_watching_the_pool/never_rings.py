# task 5: failed
# says: Nobody times out: 25 wait
"""Is never wrong, and never right."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return False
