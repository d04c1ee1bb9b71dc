# task 2: failed
# says: unless a detector keeps it
"""Notes the connection itself, to close it later."""

# in LeakDetector


def _enter(self, _connection: Any, record: Any, proxy: Any) -> None:
    self._in_use[record] = checkout = Checkout(calling_line(), serving.get(), monotonic())
    checkout.proxy = proxy
