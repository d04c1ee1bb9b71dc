# task 2: failed
# says: asked a second time
"""Empties its notes when it is asked."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    noted, self._in_use = self._in_use, {}
    return [Holder(checkout.line, checkout.endpoint, checkout.seconds) for checkout in noted.values()]
