# task 3: failed
# says: `error.connection_invalidated` tells a lost connection from other errors
"""Tries again after any error of the database."""


def once_more(action: Callable[[], T]) -> T:
    try:
        return action()
    except DBAPIError:
        return action()
