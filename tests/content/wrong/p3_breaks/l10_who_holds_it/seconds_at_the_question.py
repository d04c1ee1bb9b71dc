# task 4: failed
# says: with the seconds up to its checkin
"""Counts the seconds of a return up to the question."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any) -> None:
    checkout = self._in_use.pop(record, None)
    if checkout and checkout.reported:
        self._returned.append(checkout)


def news(self) -> list[str]:
    news, self._returned = [f"{one}: returned after {one.seconds:.0f} s" for one in self._returned], []
    for checkout in list(self._in_use.values()):
        if checkout.seconds > self.patience and not checkout.reported:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
