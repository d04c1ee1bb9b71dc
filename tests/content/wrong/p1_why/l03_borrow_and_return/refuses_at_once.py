# task 2: failed
# says: TimeoutError after `timeout` seconds, and not before
"""Does not wait: a full pool refuses at once."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._can_serve():
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
