# task 5: failed
# says: They keep their connections for long, and nobody waits
"""Rings when connections are kept for long."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return (minutes[-1].use_p95 or 0) > 5 or (len(minutes) >= 2 and all(is_bad(minute) for minute in minutes[-2:]))
