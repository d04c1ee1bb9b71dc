# task 3: failed
# says: `while`, not `if`
"""Believes that who is woken finds the connection."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._can_serve():
            if not self._changed.wait(self._timeout):
                raise TimeoutError("all in use")
        if self._idle or len(self._in_use) + self._opening >= self._size:
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
