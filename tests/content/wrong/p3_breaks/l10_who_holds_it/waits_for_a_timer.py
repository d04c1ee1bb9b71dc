# task 4: failed
# says: The checker moves the clocks, and no timer goes off
"""Lets a timer report what is late, each with a thread of its own."""

from threading import Timer

# in LeakDetector


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    self._in_use[record] = checkout = Checkout(calling_line(), serving.get(), monotonic())
    timer = Timer(self.patience, self._report, [record, checkout])
    timer.daemon = True
    timer.start()


def _report(self, record: object, checkout: Checkout) -> None:
    if self._in_use.get(record) is checkout:
        checkout.reported = True
        self._ended.append(f"{checkout}: in use for {checkout.seconds:.0f} s")


def news(self) -> list[str]:
    news, self._ended = self._ended, []
    return news
