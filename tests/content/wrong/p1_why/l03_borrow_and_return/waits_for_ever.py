# task 2: failed
# says: A waits for ever
"""Waits without a time-out."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        while not self._can_serve():
            self._changed.wait()
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
