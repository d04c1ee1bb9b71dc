# task 4: failed
# says: A return is told of what news() has reported before
"""Tells of the return of whatever was late, reported or not."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    checkout = self._in_use.pop(record, None)
    if checkout and checkout.seconds > self.patience:
        self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")
