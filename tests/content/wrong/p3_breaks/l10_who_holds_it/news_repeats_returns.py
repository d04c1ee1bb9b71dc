# task 4: failed
# says: A return is reported once.
"""Never empties the list of returns."""

# in LeakDetector


def news(self) -> list[str]:
    news = list(self._ended)
    for checkout in list(self._in_use.values()):
        if checkout.seconds > self.patience and not checkout.reported:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
