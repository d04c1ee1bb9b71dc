# task 2: failed
# says: This checkin is of a connection that you never noted.
"""Believes that each checkin follows a checkout that it was told of."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    checkout = self._in_use[record]
    del self._in_use[record]
    if checkout.reported:
        self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")
