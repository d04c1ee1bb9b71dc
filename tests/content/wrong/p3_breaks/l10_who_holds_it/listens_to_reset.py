# task 2: failed
# says: The event `reset` does not come for it.
"""Listens to reset instead of checkin."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self._enter)
    event.listen(source, "reset", lambda raw, record, _: self._strike_out(raw, record))
