# task 4: failed
# says: what was noted of its last holder is over
"""Remembers by the record that it was reported, for good."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    checkout = self._in_use.pop(record, None)
    if checkout and checkout.reported:
        self._known = {*getattr(self, "_known", ()), record}
        self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    reported = record in getattr(self, "_known", ())
    self._in_use[record] = Checkout(calling_line(), serving.get(), monotonic(), reported)
