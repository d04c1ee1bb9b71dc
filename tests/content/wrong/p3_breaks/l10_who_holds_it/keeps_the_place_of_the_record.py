# task 2: failed
# says: One entry for each connection, the oldest first;
"""Never removes a record, so that a reused connection keeps its old place."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any) -> None:
    self._in_use[record] = None


def who_holds(self) -> list[Holder]:
    return [
        Holder(checkout.line, checkout.endpoint, checkout.seconds) for checkout in self._in_use.values() if checkout
    ]
