# task 3: failed
# says: the answer would be the same again
"""Tries again after any exception."""


def once_more(action: Callable[[], T]) -> T:
    try:
        return action()
    except Exception:
        return action()
