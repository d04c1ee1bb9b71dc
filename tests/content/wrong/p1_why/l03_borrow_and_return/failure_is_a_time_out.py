# task 5: failed
# says: The caller is to know why there is no connection
"""Turns a failure into a TimeoutError."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._changed.wait_for(self._can_serve, self._timeout):
            raise TimeoutError("all in use")
        if self._idle:
            connection = self._idle.pop()
            self._in_use.append(connection)
            return connection
        self._opening += 1
    try:
        connection = self._open_connection()
    except Exception as error:
        with self._changed:
            self._opening -= 1
            self._changed.notify()
        raise TimeoutError("no connection") from error
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
