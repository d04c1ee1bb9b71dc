# task 4: failed
# says: with the seconds up to its checkin
"""Counts the seconds of a return up to the question."""

# in LeakDetector


def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
    checkout = self._in_use.pop(record, None)
    if checkout and checkout.reported:
        self._ended.append((checkout, how))


def news(self) -> list[str]:
    news, self._ended = [f"{one}: {how} after {one.seconds:.0f} s" for one, how in self._ended], []
    for checkout in list(self._in_use.values()):
        if checkout.seconds > self.patience and not checkout.reported:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
