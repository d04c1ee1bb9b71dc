# task 4: failed
# says: It was never late
"""Reports every return, late or not."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    if checkout := self._in_use.pop(record, None):
        self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")
