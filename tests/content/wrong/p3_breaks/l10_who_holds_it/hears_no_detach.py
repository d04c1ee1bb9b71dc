# task 2: failed
# says: the event `detach` tells of it
"""Strikes out at a checkin only."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self._enter)
    event.listen(source, "checkin", self._strike_out)
