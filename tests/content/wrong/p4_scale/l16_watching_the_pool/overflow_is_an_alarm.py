# task 5: failed
# says: The overflow is there to be used
"""Rings when more than pool_size are in use, but not all."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return any(5 < minute.used < minute.most for minute in minutes[-1:])
