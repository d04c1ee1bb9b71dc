# task 1: failed
# says: Nothing was noted.
"""Listens to the opening of connections, not to checkouts."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "connect", lambda raw, record: self._enter(raw, record, None))
    event.listen(source, "checkin", self._strike_out)
