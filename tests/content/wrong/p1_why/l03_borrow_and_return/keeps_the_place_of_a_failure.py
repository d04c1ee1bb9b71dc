# task 5: failed
# says: give up the place that was taken for it
"""A failure leaves the place taken for ever."""

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
    connection = self._open_connection()
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
