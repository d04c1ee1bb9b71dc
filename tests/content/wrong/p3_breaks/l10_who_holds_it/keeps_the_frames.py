# task 2: failed
# says: a frame holds all its variables
"""Notes the line, and keeps the frame beside it."""

# in LeakDetector


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    self._in_use[record] = checkout = Checkout(calling_line(), serving.get(), monotonic())
    checkout.frames = list(stack())
