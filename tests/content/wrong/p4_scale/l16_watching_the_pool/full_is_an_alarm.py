# task 5: failed
# says: All are in use, all the time, and nobody waits
"""Rings when all connections are in use."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return minutes[-1].used >= minutes[-1].most
