# task 4: failed
# says: It is reported once more, with words of its own
"""Strikes out what has left the pool, and does not tell."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    checkout = self._in_use.pop(record, None)
    if checkout and checkout.reported and how == "returned":
        self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")
