# task 5: failed
# says: Nobody obtains a connection, so there is no wait time
"""Trusts the wait time of those who were served."""


def is_bad(minute: Minute) -> bool:
    return bool(minute.failed or (minute.wait_p95 or 0) >= 1)
