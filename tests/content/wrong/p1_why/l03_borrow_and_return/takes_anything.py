# task 4: failed
# says: and is not of this pool
"""Takes whatever is returned."""

# in Pool


def checkin(self, connection: C) -> None:
    with self._changed:
        self._in_use = [known for known in self._in_use if known is not connection]
        self._idle.append(connection)
        self._changed.notify()
