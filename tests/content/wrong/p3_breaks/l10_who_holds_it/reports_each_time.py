# task 4: failed
# says: Each late connection is reported once
"""Reports a late connection at every call."""

# in LeakDetector


def news(self) -> list[str]:
    news, self._ended = self._ended, []
    for checkout in list(self._in_use.values()):
        if checkout.seconds > self.patience:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
