# task 4: failed
# says: two threads return connection 1 at the same time
"""Looks without the lock, then removes under it."""

# in Pool


def checkin(self, connection: C) -> None:
    if not any(known is connection for known in self._in_use):
        raise ValueError("not in use")
    with self._changed:
        self._in_use = [known for known in self._in_use if known is not connection]
        self._idle.append(connection)
        self._changed.notify()
