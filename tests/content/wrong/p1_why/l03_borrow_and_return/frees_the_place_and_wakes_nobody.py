# task 5: failed
# says: somebody may wait for it: wake one
"""As SQLAlchemy's pool: the place is free, and whoever waits is not told."""

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
    except BaseException:
        with self._changed:
            self._opening -= 1
        raise
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
