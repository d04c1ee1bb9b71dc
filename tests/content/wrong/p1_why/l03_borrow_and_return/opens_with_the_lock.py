# task 5: failed
# says: Take the place under the lock, then open without it
"""Opens while it holds the lock: all others stand still."""

# in Pool


def checkout(self) -> C:
    with self._changed:
        if not self._changed.wait_for(self._can_serve, self._timeout):
            raise TimeoutError("all in use")
        connection = self._idle.pop() if self._idle else self._open_connection()
        self._in_use.append(connection)
        return connection
