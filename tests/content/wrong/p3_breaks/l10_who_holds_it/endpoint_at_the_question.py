# task 3: failed
# says: at the question it is the asker's
"""Notes no endpoint, and reads `serving` when it is asked."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [Holder(checkout.line, serving.get(), checkout.seconds) for checkout in list(self._in_use.values())]
