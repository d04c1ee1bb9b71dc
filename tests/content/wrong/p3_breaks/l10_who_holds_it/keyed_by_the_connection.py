# task 2: failed
# says: At this checkin the connection is None
"""Keeps its notes by the driver's connection."""

# in LeakDetector


def _enter(self, connection: Any, _record: Any, _proxy: Any) -> None:
    self._in_use[id(connection)] = Checkout(calling_line(), serving.get(), monotonic())


def _strike_out(self, connection: Any, _record: Any) -> None:
    self._in_use.pop(id(connection), None)
