# task 5: failed
# says: Nobody times out: 25 wait
"""Rings only when requests time out."""


def is_bad(minute: Minute) -> bool:
    return minute.timeouts > 0
