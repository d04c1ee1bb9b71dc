# task 5: failed
# says: only 0 of 1 are open
"""Waits for an idle connection, never for a place."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._can_serve() and not self._changed.wait_for(lambda: self._idle, self._timeout):
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
