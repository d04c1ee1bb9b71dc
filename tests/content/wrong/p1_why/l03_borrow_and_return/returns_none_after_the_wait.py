# task 2: failed
# says: checkout() returned None
"""Gives None in place of an error."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._changed.wait_for(self._can_serve, self._timeout):
            return None
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
