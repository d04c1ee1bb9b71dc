# task 4: failed
# says: with a patience of 30
"""Takes its patience in milliseconds."""

# in LeakDetector


def news(self) -> list[str]:
    news, self._ended = self._ended, []
    for checkout in list(self._in_use.values()):
        if checkout.seconds * 1000 > self.patience and not checkout.reported:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
