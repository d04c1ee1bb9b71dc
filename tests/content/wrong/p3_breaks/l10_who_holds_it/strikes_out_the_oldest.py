# task 2: failed
# says: The event `checkin` strikes out the connection that was returned, whichever it is:
"""Strikes out whichever was noted first."""

# in LeakDetector


def _strike_out(self, _connection: Any, _record: Any) -> None:
    self._in_use.pop(next(iter(self._in_use)))
