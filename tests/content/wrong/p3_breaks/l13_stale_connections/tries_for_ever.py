# task 3: failed
# says: Once more, and not for ever
"""Tries until it works."""


def once_more(action: Callable[[], T]) -> T:
    while True:
        try:
            return action()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
