"""Rings at the second bad minute of three, and lets a few failures pass: a share of those who asked."""


def is_bad(minute: Minute) -> bool:
    in_vain = minute.timeouts + minute.failed
    slow = (minute.wait_p95 or 0) > 1
    return in_vain > 0.05 * (in_vain + minute.obtained) or slow or (minute.pending > 0 and minute.obtained == 0)


def alarm(minutes: Sequence[Minute]) -> bool:
    return is_bad(minutes[-1]) and sum(map(is_bad, minutes[-3:])) >= 2
