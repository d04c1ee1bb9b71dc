# task 3: failed
# says: whoever is woken looks again. Is the lock free
"""Wakes one waiter for two connections that are returned quickly."""

# in Pool


def checkin(self, connection: C) -> None:
    with self._changed:
        if not any(known is connection for known in self._in_use):
            raise ValueError("not in use")
        self._in_use.remove(connection)
        self._idle.append(connection)
        if len(self._idle) == 1:
            self._changed.notify()
