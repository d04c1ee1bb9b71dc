# task 2: failed
# says: A detector lists the connections of its own engine:
"""Keeps its notes in the class, for all engines together."""

# in LeakDetector

noted: dict[object, Checkout] = {}


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use = self.noted
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self._enter)
    event.listen(source, "checkin", self._strike_out)
