"""Needs no wait time: somebody waits at two readings in a row, or connects fail."""


def alarm(minutes: Sequence[Minute]) -> bool:
    last = minutes[-2:]
    return len(last) == 2 and (all(minute.pending for minute in last) or all(minute.failed > 10 for minute in last))
