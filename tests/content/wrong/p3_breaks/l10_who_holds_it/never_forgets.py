# task 2: failed
# says: The event `checkin` strikes out the connection that was returned, whichever it is:
"""Enters checkouts and never strikes one out."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any) -> None:
    pass
