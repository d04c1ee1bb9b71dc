# task 4: failed
# says: checkin(connection of another pool) is accepted
"""Sees a second return, and no stranger."""

# in Pool


def checkin(self, connection: C) -> None:
    with self._changed:
        if connection in self._idle:
            raise ValueError("returned already")
        self._in_use = [known for known in self._in_use if known is not connection]
        self._idle.append(connection)
        self._changed.notify()
