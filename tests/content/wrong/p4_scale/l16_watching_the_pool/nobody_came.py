# task 5: failed
# says: nobody asked for one
"""Takes an empty night for a locked table."""


def is_bad(minute: Minute) -> bool:
    late = minute.wait_p95 is not None and minute.wait_p95 > 1
    return bool(minute.timeouts or minute.failed or late or not minute.obtained)
