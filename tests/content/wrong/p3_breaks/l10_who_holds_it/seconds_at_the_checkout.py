# task 4: failed
# says: the seconds are counted when somebody asks
"""Counts the seconds once, at the checkout."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [Holder(checkout.line, checkout.endpoint, 0.0) for checkout in self._in_use.values()]
