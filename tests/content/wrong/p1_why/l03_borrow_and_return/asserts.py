# task 4: failed
# says: raises AssertionError
"""An assert in place of the promised error."""

# in Pool

def checkin(self, connection: C) -> None:
    with self._changed:
        assert any(known is connection for known in self._in_use), "not in use"
        self._in_use.remove(connection)
        self._idle.append(connection)
        self._changed.notify()
