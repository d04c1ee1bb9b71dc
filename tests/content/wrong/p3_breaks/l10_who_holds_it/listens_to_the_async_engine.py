# task 5: failed
# says: NotImplementedError
"""Listens to the AsyncEngine itself."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    event.listen(engine, "checkout", self._enter)
    event.listen(engine, "checkin", self._strike_out)
    event.listen(engine, "detach", partial(self._strike_out, how="left the pool"))
