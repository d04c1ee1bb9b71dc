# task 5: failed
# says: 5 is this pool's maximum
"""Has the maximum of one pool in it."""


def is_bad(minute: Minute) -> bool:
    late = minute.wait_p95 is not None and minute.wait_p95 >= 1 and minute.used >= 15
    return bool(minute.timeouts or minute.failed or late)
