# task 2: failed
# says: and connection 1 is idle
"""Forgets notify(): waiters find the connection when their time is up."""

# in Pool


def checkin(self, connection: C) -> None:
    with self._changed:
        if not any(known is connection for known in self._in_use):
            raise ValueError("not in use")
        self._in_use.remove(connection)
        self._idle.append(connection)
