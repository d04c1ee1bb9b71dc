# task 4: failed
# says: is accepted, and is not of this pool
"""Ignores a wrong return without a word."""

# in Pool


def checkin(self, connection: C) -> None:
    with self._changed:
        if not any(known is connection for known in self._in_use):
            return
        self._in_use.remove(connection)
        self._idle.append(connection)
        self._changed.notify()
