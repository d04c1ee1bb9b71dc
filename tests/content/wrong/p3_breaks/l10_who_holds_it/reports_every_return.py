# task 4: failed
# says: It was never late
"""Reports every return, late or not."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any) -> None:
    if checkout := self._in_use.pop(record, None):
        self._returned.append(f"{checkout}: returned after {checkout.seconds:.0f} s")
