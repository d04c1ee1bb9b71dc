# task 3: failed
# says: no error was raised
"""Three attempts are better than two."""


def once_more(action: Callable[[], T]) -> T:
    for _ in range(2):
        try:
            return action()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
    return action()
