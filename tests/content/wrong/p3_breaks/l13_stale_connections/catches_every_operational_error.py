# task 3: failed
# says: An OperationalError is not always a lost connection
"""Takes every OperationalError for a lost connection."""

from sqlalchemy.exc import OperationalError


def once_more(action: Callable[[], T]) -> T:
    try:
        return action()
    except OperationalError:
        return action()
