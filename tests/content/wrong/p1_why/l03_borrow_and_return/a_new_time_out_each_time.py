# task 3: failed
# says: One deadline for the whole checkout
"""Starts the time-out anew at each wake-up."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        while not self._can_serve():
            if not self._changed.wait(self._timeout) and not self._can_serve():
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
