# task 5: failed
# says: each in its own way
"""Wants to see the same sign in both minutes."""


def signs(minute: Minute) -> tuple[bool, ...]:
    late = minute.wait_p95 is not None and minute.wait_p95 > 1
    stuck = minute.pending > 0 and not minute.obtained
    return minute.timeouts > 0, minute.failed > 0, late, stuck


def alarm(minutes: Sequence[Minute]) -> bool:
    return len(minutes) > 1 and any(map(all, zip(signs(minutes[-2]), signs(minutes[-1]), strict=True)))
