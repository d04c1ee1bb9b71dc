# task 5: failed
# says: Nobody waits, nothing is in use, nothing times out
"""Looks at nothing but waiting."""


def is_bad(minute: Minute) -> bool:
    return bool(minute.timeouts or minute.pending or (minute.wait_p95 or 0) >= 1)
