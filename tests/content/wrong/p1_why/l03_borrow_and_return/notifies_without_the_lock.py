# task 1: failed
# says: A lock is released, waited on or notified only by the thread that holds it
"""notify() after the lock is released."""

# in Pool

def checkin(self, connection: C) -> None:
    with self._changed:
        if not any(known is connection for known in self._in_use):
            raise ValueError("not in use")
        self._in_use.remove(connection)
        self._idle.append(connection)
    self._changed.notify()
