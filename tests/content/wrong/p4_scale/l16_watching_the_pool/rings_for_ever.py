# task 5: failed
# says: Ask whether the newest minute is still bad
"""Two bad minutes in a row, however long ago."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return any(is_bad(one) and is_bad(next_one) for one, next_one in zip(minutes, minutes[1:], strict=False))
