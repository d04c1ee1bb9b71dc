# task 5: failed
# says: It passes by itself
"""Of one minute, the last two are all bad."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return all(map(is_bad, minutes[-2:]))
