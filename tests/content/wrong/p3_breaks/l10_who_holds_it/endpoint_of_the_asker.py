# task 3: failed
# says: at the question it is the asker's
"""Reads the endpoint when it is asked."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [
        Holder(checkout.line, serving.get() or checkout.endpoint, checkout.seconds)
        for checkout in self._in_use.values()
    ]
