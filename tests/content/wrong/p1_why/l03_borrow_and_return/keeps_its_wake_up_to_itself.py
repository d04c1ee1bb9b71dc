# task 3: failed
# says: Every return wakes somebody who waits
"""Gives up as soon as wait() says that the time is up, although it was just notified."""

from time import monotonic

# in Pool


def checkout(self) -> C:
    with self._changed:
        until = monotonic() + self._timeout
        while not self._can_serve():
            if not self._changed.wait(until - monotonic()):
                raise TimeoutError("all in use")
        if self._idle:
            connection = self._idle.pop()
            self._in_use.append(connection)
            return connection
        self._opening += 1
    try:
        connection = self._open_connection()
    except BaseException:
        with self._changed:
            self._opening -= 1
            self._changed.notify()
        raise
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
