# task 5: failed
# says: They wait for a moment, just when the numbers are read
"""Rings when somebody waits at one reading."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return minutes[-1].pending > 0
