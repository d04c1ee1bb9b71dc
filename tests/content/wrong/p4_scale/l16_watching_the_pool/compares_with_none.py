# task 5: failed
# says: a time is None if there was nothing to time
"""Compares a time that is not there."""


def is_bad(minute: Minute) -> bool:
    return bool(minute.wait_p95 >= 1 or minute.timeouts or minute.failed or (minute.pending and not minute.obtained))
