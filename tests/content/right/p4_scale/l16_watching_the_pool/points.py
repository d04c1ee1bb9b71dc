"""Gives points to each bad minute, and forgets slowly."""


def alarm(minutes: Sequence[Minute]) -> bool:
    points = 0.0
    for minute in minutes:
        late = 0 if minute.wait_p95 is None else minute.wait_p95
        points = points / 2 + ((minute.timeouts > 0) + (minute.failed > 0) + (late > 1) + (minute.pending > 0) > 0)
    return points >= 1.5
