# task 4: failed
# says: who_holds(), while another thread takes and returns a connection
"""Lists the holders while the listeners change the notes."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [Holder(checkout.line, checkout.endpoint, checkout.seconds) for checkout in self._in_use.values()]
