# task 4: failed
# says: news(), while another thread takes and returns a connection
"""Walks through the notes while the listeners change them."""

# in LeakDetector


def news(self) -> list[str]:
    news, self._ended = self._ended, []
    for checkout in self._in_use.values():
        if checkout.seconds > self.patience and not checkout.reported:
            checkout.reported = True
            news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
    return news
